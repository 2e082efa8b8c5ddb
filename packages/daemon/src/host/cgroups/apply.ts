import type { Driver, Write } from './driver.ts'
import { findValue, isThere, writeValue } from './files.ts'
import { type LimitName, type Limits, limitNames, overused } from './limits.ts'

/**
 * Sets all limits of a cgroup or none: at a failure the former values are put back, last first.
 * Throws an Error that begins with the limit's name and says why it could not be set.
 */
export const applyLimits = async (driver: Driver, cgroup: string, limits: Limits): Promise<void> => {
  const former: Former[] = []
  for (const limit of limitNames) {
    try {
      for (const write of await plan(driver, cgroup, limit, limits[limit])) {
        const value = await findValue(write.file)
        await writeValue(write.file, write.value).catch(refused(write))
        if (value !== undefined) former.unshift({ ...write, value, limit })
      }
    } catch (error) {
      const stuck = await putBack(former)
      throw new Error([`${limit}: ${(error as Error).message}`, ...stuck].join('; '), { cause: error })
    }
  }
}

/** What was in a file before it was written. */
interface Former extends Write {
  readonly limit: LimitName
}

const plan = async (driver: Driver, cgroup: string, limit: LimitName, value: number | null) => {
  const folder = driver.folderOf(limit, cgroup)
  const { file, writes } = driver.knobs[limit]
  if (folder !== undefined && (await isThere(`${folder}/${file}`))) return writes(folder, value)
  if (value === null) return [] // nothing limits it
  throw new Error(await driver.whyNot(limit))
}

/** Says what could not be put back: by now the container may use more than it formerly might. */
const putBack = async (former: readonly Former[]): Promise<string[]> => {
  const stuck: string[] = []
  for (const write of former)
    await writeValue(write.file, write.value)
      .catch(refused(write))
      .catch((error: Error) => {
        stuck.push(`the former limit of ${write.limit} could not be put back: ${error.message}`)
      })
  return stuck
}

const refused =
  ({ file, value, usage }: Write) =>
  async (error: NodeJS.ErrnoException): Promise<never> => {
    const used = error.code === 'EBUSY' && usage !== undefined ? await findValue(usage) : undefined
    throw new Error(
      used === undefined
        ? `the kernel does not take ${value} for ${file}: ${error.message}`
        : overused(Number(used), Number(value)),
      { cause: error },
    )
  }
