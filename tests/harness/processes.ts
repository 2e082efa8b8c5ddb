import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { until } from './until.ts'

/** What the folder is called that holds all that the tests make. */
export const workshopName = 'aptorch-test'

/**
 * Processes that have to do with a folder: named in their arguments or variables, or mounted in their own view of the file
 * system, as a container's overlay is. Those of other accounts are seen by root only.
 */
export const processesOf = (folder: string): number[] => {
  const here = mountNamespace('self')
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter(
      (pid) => isNamed(pid, folder) || (![undefined, here].includes(mountNamespace(pid)) && isMounted(pid, folder)),
    )
    .map(Number)
}

/** Whether Apptainer is just starting a container on a home. */
export const isStarting = (home: string): boolean =>
  processesOf(home).some((pid) => read(`/proc/${pid}/cmdline`).includes('\0instance\0start\0'))

/** The first process of each container that runs on a home, as the host numbers it. */
export const containersOf = (home: string): number[] =>
  processesOf(home).filter((pid) => /^NSpid:.*\t1$/m.test(read(`/proc/${pid}/status`)) && isAlive(pid))

/** Ends all processes of a folder that the tests have made, containers included, and waits until they are gone. */
export const killProcessesOf = async (folder: string): Promise<void> => {
  if (!folder.includes(workshopName)) throw new Error(`the tests have not made ${folder}`)
  await until(`the processes of ${folder} to end`, () => {
    const left = processesOf(folder)
    for (const pid of left) kill(pid, 'SIGKILL')
    return left.length === 0
  })
}

/** Whether a process lives: one that has ended and only waits for its parent to take note does not. */
export const isAlive = (pid: number): boolean => {
  const stat = read(`/proc/${pid}/stat`)
  return stat !== '' && !/\) [ZX] /.test(stat)
}

/** The user id that a process has on the host. */
export const ownerOf = (pid: number): number => Number(read(`/proc/${pid}/status`).match(/^Uid:\t(\d+)/m)?.[1])

export const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const isNamed = (pid: string, folder: string) =>
  ['cmdline', 'environ'].some((file) => read(`/proc/${pid}/${file}`).includes(folder))

// What is mounted in the folder says nothing: it shows in every process of the machine, in a namespace of its own or not.
const isMounted = (pid: string, folder: string) =>
  read(`/proc/${pid}/mountinfo`)
    .split('\n')
    .some((line) => line.includes(folder) && !line.split(' ')[4]?.includes(folder))

const mountNamespace = (pid: string) => {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`)
  } catch {
    return undefined // gone meanwhile, or not ours to see
  }
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // gone meanwhile, or not ours to see
  }
}
