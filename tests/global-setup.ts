import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { makeFolder, removeFolder } from './harness/folders.ts'
import { processesOf, workshopName } from './harness/processes.ts'
import { makeRootfs } from './harness/rootfs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where all that the tests make lies. */
    workshop: string
    /** A folder with a root file system, to start containers from. */
    image: string
  }
}

export default function setup(project: TestProject) {
  const workshop = makeFolder(tmpdir(), workshopName)
  const image = join(workshop, 'busybox')
  makeRootfs(image)
  project.provide('workshop', workshop)
  project.provide('image', image)

  return async () => {
    const left = processesOf(workshop)
    await removeFolder(workshop)
    if (left.length > 0) throw new Error(`the tests left processes behind: ${left.join(', ')}`)
  }
}
