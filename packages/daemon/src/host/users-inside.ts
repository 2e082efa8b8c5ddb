import { apiError } from '@aptorch/shared'
import type { ProcessIdentity } from './process.ts'
import { readInside } from './read-inside.ts'

// As many as a large site has; beyond that only numbers will do.
const limit = 1024 * 1024

/**
 * The numbers of `USER` or `USER:GROUP` in a container, by its own passwd(5) and group(5), which are read without following a
 * link out of it. A user that is a number needs no entry; without a group its first one counts, 0 when there is no entry.
 * Rejects with an ApiError when a name is not known there.
 */
export const findUserInside = async (
  { pid }: ProcessIdentity,
  wanted: string,
): Promise<{ uid: number; gid: number }> => {
  const root = `/proc/${pid}/root`
  const read = async (path: string) => parse((await readInside(root, path, limit)) ?? '')
  const [user = '', group] = wanted.split(':')
  const entry = (await read('/etc/passwd')).find(([name, , uid]) => name === user || uid === user)
  const uid = entry?.[2] ?? user
  const gid = group === undefined ? (entry?.[3] ?? '0') : await findGroup(group, () => read('/etc/group'))
  if (!isNumber(uid)) throw unknown(wanted, `there is no user "${user}" in the container`)
  if (!isNumber(gid)) throw unknown(wanted, `there is no group "${group}" in the container`)
  return { uid: Number(uid), gid: Number(gid) }
}

const findGroup = async (group: string, read: () => Promise<string[][]>): Promise<string> =>
  isNumber(group) ? group : ((await read()).find(([name]) => name === group)?.[2] ?? '')

const parse = (text: string) => text.split('\n').map((line) => line.split(':'))

// The kernel's ids have 32 bits.
const isNumber = (text: string) => /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1

const unknown = (wanted: string, why: string) =>
  apiError('invalid_field', `user: got ${JSON.stringify(wanted)}, but ${why}; want a name that it knows, or a number`)
