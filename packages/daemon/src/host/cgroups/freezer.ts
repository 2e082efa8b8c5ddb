import type { Driver } from './driver.ts'
import { within } from './wait.ts'

// A process that waits for a file system served from the same cgroup (FUSE) can't be frozen once its server is. To let go of
// them for a moment and try again ends that, mostly.
const roundsPerTry = 25

/** Freezes and thaws cgroups, by their folder's name; to freeze one may take `ms`. */
export const createFreezer = (driver: Driver, ms: number) => ({
  freeze: async (cgroup: string): Promise<void> => {
    let frozen = false
    try {
      frozen = await within(ms, async (round) => {
        if (round > 0 && round % roundsPerTry === 0) await driver.setFrozen(cgroup, false)
        // Said again each time: v1 asks only the processes that are there.
        if (!(await driver.setFrozen(cgroup, true)))
          throw new Error(
            "this host's kernel can't freeze a cgroup; it needs the freezer controller of cgroups v1, or Linux 5.2 with v2",
          )
        return driver.isFrozen(cgroup)
      })
    } finally {
      if (!frozen) await driver.setFrozen(cgroup, false)
    }
    if (!frozen)
      throw new Error(
        `its processes are not all frozen after ${ms / 1000} s, so they run again; one of them waits in the kernel (state D in ps)`,
      )
  },
  thaw: async (cgroup: string): Promise<void> => {
    await driver.setFrozen(cgroup, false)
  },
})
