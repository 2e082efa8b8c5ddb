import type { Driver, Knob } from './driver.ts'
import { limitNames } from './limits.ts'
import { readV2Usage } from './usage-v2.ts'

/** A driver whose limits are files of plain numbers in one folder, and whose cgroups never freeze. */
export const stubDriver = (folder: string, rest: Partial<Driver> = {}): Driver => ({
  description: 'stub',
  parents: [folder],
  prepare: async () => {},
  folderOf: () => folder,
  knobs: { memory: knob('memory'), cpus: knob('cpus'), pids: knob('pids') },
  settable: async () => limitNames,
  whyNot: async () => 'there is no such controller',
  setFrozen: async () => true,
  isFrozen: async () => false,
  killAll: async () => false,
  oomKills: async () => 0,
  usage: (cgroup) => readV2Usage(`${folder}/${cgroup}`),
  ...rest,
})

const knob = (file: string): Knob => ({
  file,
  writes: async (folder, value) => [{ file: `${folder}/${file}`, value: String(value) }],
})
