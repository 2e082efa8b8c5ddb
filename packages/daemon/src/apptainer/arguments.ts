import type { ImageOrder, StartPlan } from '../engine.ts'
import { hostnameOf } from '../host/hostname.ts'

/** What a container sees of its own start: the script, the command, and a folder where its exit code goes. */
export const insideFolder = '/.aptorch'

/** Where a container sees programs of the host; read-only. */
export const toolsInside = `${insideFolder}/tools`

export interface RunFiles {
  /** Folder on the host that the container sees as `/.aptorch`. */
  readonly folder: string
  /** Folder on the host with the programs that the container sees in `/.aptorch/tools`. */
  readonly tools: string
  /** Our start script, which stands in for the image's own. */
  readonly startScript: string
}

/**
 * Arguments of `apptainer instance start`, to be run in the data folder: the overlay is named relative to it, since ":"
 * in its path would be taken for a separator.
 */
export const startArguments = (plan: StartPlan, run: RunFiles): string[] => [
  '--silent',
  'instance',
  'start',
  '--fakeroot',
  '--overlay',
  'overlay',
  '--contain', // a /dev of its own, and nothing of the host's home
  '--cleanenv',
  '--no-home',
  '--no-eval', // values are values: no shell looks at them
  '--no-mount',
  'tmp,cwd', // /tmp is part of the container's data
  '--hostname',
  hostnameOf(plan.container),
  ...(plan.isolated ? ['--net', '--network', 'none'] : []),
  ...(plan.gpu === 'nvidia' ? ['--nv'] : plan.gpu === 'rocm' ? ['--rocm'] : []),
  ...bind(run.folder, insideFolder, false),
  ...bind(run.tools, toolsInside, true), // after the folder that it lies in
  ...bind(run.startScript, '/.singularity.d/startscript', true),
  ...plan.volumes.flatMap((volume) => bind(volume.host_location, volume.container_location, volume.read_only)),
  plan.rootfs,
  plan.container,
]

/** Arguments of `apptainer build` into a sandbox folder. */
export const buildArguments = ({ source, target, insecure }: ImageOrder): string[] => [
  '--silent',
  'build',
  '--sandbox',
  '--fakeroot',
  ...(insecure ? ['--no-https'] : []),
  target,
  source,
]

/** Variables reach the container through `APPTAINERENV_*`: `--env` would split a value on commas. */
export const containerEnvironment = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [`APPTAINERENV_${name}`, value]))

const bind = (from: string, to: string, readOnly: boolean) => ['--bind', `${from}:${to}:${readOnly ? 'ro' : 'rw'}`]
