import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rmdir, stat } from 'node:fs/promises'

/** Writes one of the kernel's interface files, in one write(2), and never makes a file. */
export const writeValue = async (file: string, value: string): Promise<void> => {
  await using handle = await open(file, constants.O_WRONLY | constants.O_TRUNC)
  await handle.write(value)
}

/** Writes an interface file; false where there is none, or its cgroup has gone. */
export const writeIfThere = (file: string, value: string): Promise<boolean> =>
  writeValue(file, value).then(
    () => true,
    (error) => (isGone(error) ? false : Promise.reject(error)),
  )

/** What an interface file holds, without its newline; undefined where there is none, or its cgroup has gone. */
export const findValue = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    (error) => (isGone(error) ? undefined : Promise.reject(error)),
  )

/** Whether there is a file or folder. */
export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error) => (isGone(error) ? false : Promise.reject(error)),
  )

/** The number after a key, of a file with a key and a number in each line; 0 without such a line or file. */
export const findCount = async (file: string, key: string): Promise<number> => {
  const line = (await findValue(file))?.split('\n').find((line) => line.startsWith(`${key} `))
  return Number(line?.split(' ')[1] ?? 0)
}

/** Makes a cgroup; one that is there stays. */
export const makeCgroup = (folder: string): Promise<void> => mkdir(folder).catch(unless('EEXIST'))

/** Removes a cgroup, unless there are still processes or cgroups in it. "Already gone" is success. */
export const removeIfEmpty = (folder: string): Promise<void> =>
  rmdir(folder).catch(unless('ENOENT', 'EBUSY', 'ENOTEMPTY'))

/** The names of the cgroups right below one; none when there is no such cgroup. */
export const cgroupsIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) =>
    isGone(error) ? [] : Promise.reject(error),
  )
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

// ENODEV is the kernel's word for a file that was open when its cgroup went.
const isGone = (error: unknown) => ['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')

const unless =
  (...codes: readonly string[]) =>
  (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? '')) throw error
  }
