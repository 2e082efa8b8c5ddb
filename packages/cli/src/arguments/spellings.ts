import { readDuration } from '../values/duration.ts'
import { readVariable, readVariables } from '../values/environment.ts'
import { healthReaders } from '../values/health.ts'
import { readImage } from '../values/image.ts'
import { readAmount, readLimit } from '../values/limit.ts'
import { readPair } from '../values/pair.ts'
import { readContainerPort, readPorts } from '../values/port.ts'
import { readRestartPolicy } from '../values/restart.ts'
import { shellLine } from '../values/shell-line.ts'
import { readSize } from '../values/size.ts'
import { readVolume, readVolumeOrPlace } from '../values/volume.ts'
import type { FieldName, Patch, Reader } from './reader.ts'

/** One way to give a field: a flag. */
export interface Way {
  readonly flag: string
  readonly short?: string
  readonly aliases?: readonly string[]
  /** Itself, or made of what the contract says of the field. */
  readonly describe?: string | ((description: string) => string)
  readonly read?: Reader
}

/** How people spell a field, where that differs from `--field-name VALUE`. */
export interface Spelling {
  readonly ways?: readonly Way[]
  /** Reads all its ways that have no reader of their own, and the positional. */
  readonly read?: Reader
  /** A word without a flag gives it, in routes that need it; where it may be left out, only with `always`. */
  readonly positional?: {
    readonly name: string
    readonly describe?: string
    readonly always?: true
    /** How many words; without it one, or, of a container's name that is all there is, one for each of several requests. */
    readonly takes?: 'one' | 'list'
    /** Each word is a container's name with something behind a colon, or a path of this machine. */
    readonly mixed?: true
  }
  /** The words behind `--` give it. */
  readonly rest?: (words: readonly string[]) => Patch
  /** So do those behind the last word that is asked for, without `--`. */
  readonly bareRest?: true
  /** Older forms, for other programs: they work, and help does not show them. */
  readonly hidden?: true
}

/** By field of any route. One that nobody takes does not compile; one that is not here has its plain flag. */
export const spellings: { readonly [Name in FieldName]?: Spelling } = {
  container_name: { ways: [{ flag: 'name' }], positional: { name: 'NAME' } },
  image: {
    read: (word, { cwd }) => ({ image: readImage(word, cwd) }),
    positional: { name: 'IMAGE', always: true },
  },
  container_command: { rest: (words) => ({ container_command: [shellLine(words)] }), hidden: true },
  environment: {
    // The later wins, so what is named one by one goes over what a file says.
    ways: [
      {
        flag: 'env-file',
        describe: 'File with NAME=VALUE lines',
        read: (path, { env, readFile }) => ({ environment: readVariables(readFile(path), env) }),
      },
      {
        flag: 'env',
        short: 'e',
        describe: "Environment variable: NAME=VALUE, or NAME for the caller's own",
        read: (word, { env }) => ({ environment: readVariable(word, env) }),
      },
    ],
  },
  labels: {
    ways: [{ flag: 'label', short: 'l', describe: 'Label, for filters: NAME=VALUE' }],
    read: (word) => ({ labels: word.includes('=') ? readPair(word) : { [word]: '' } }),
  },
  label: { ways: [{ flag: 'label', short: 'l' }] },
  volumes: {
    ways: [
      {
        flag: 'volume',
        short: 'v',
        describe:
          "Folder or file of the host to bind: HOST:CONTAINER[:OPTIONS]; ro is read-only, U gives it to the container's account",
      },
    ],
    read: (word, { cwd }) => ({ volumes: [readVolume(word, cwd)] }),
  },
  network: { ways: [{ flag: 'network', aliases: ['net'] }] },
  ports: {
    ways: [
      {
        flag: 'publish',
        short: 'p',
        describe:
          'Port of the host that leads to the container: [[IP:]HOST:]CONTAINER[/udp]; one that is free without HOST',
      },
    ],
    read: (word) => ({ ports: readPorts(word) }),
  },
  port: {
    ways: [],
    read: (word) => ({ port: readContainerPort(word) }),
    positional: { name: 'PORT[/PROTOCOL]', always: true },
  },
  working_dir: { ways: [{ flag: 'workdir', short: 'w' }] },
  cpus: { read: (word) => ({ cpus: readLimit(word, readAmount) }) },
  memory: {
    ways: [
      { flag: 'memory', short: 'm', describe: (description) => description.replace('in bytes', 'such as 512m or 2g') },
    ],
    read: (word) => ({ memory: readLimit(word, readSize) }),
  },
  pids: {
    ways: [{ flag: 'pids', aliases: ['pids-limit'] }],
    read: (word) => ({ pids: readLimit(word, readAmount) }),
  },
  restart_policy: {
    ways: [
      {
        flag: 'restart',
        describe:
          'When it starts again by itself: no, on-failure[:TIMES], always or unless-stopped; without it only after the machine went down',
      },
    ],
    read: (word) => ({ restart_policy: readRestartPolicy(word) }),
  },
  health: {
    ways: [
      health('health-cmd', 'Line for the shell inside that ends with 0 while all is well'),
      health('health-interval', 'From the end of one run to the next (30s)'),
      health('health-timeout', 'After that a run counts as failed (30s)'),
      health('health-retries', 'So many failures in a row make it unhealthy (3)'),
      health('health-start-period', 'Failures count only after that, or when it was healthy once (0s)'),
      health('health-on-unhealthy', 'What is done then: none or restart (none)', ['health-on-failure']),
    ],
  },
  force: { ways: [{ flag: 'force', short: 'f' }] },
  timeout_s: {
    ways: [{ flag: 'time', short: 't', aliases: ['timeout'] }],
    read: (word) => ({ timeout_s: readDuration(word) }),
  },
  interval_s: { ways: [{ flag: 'interval' }], read: (word) => ({ interval_s: readDuration(word) }) },
  follow: { ways: [{ flag: 'follow', short: 'f' }] },
  timestamps: { ways: [{ flag: 'timestamps', short: 't' }] },
  tail: {
    ways: [{ flag: 'tail', short: 'n', describe: (description) => `${description}; all for all` }],
    read: (word) => (word === 'all' ? {} : { tail: readAmount(word) }),
  },
  path: { positional: { name: 'PATH' } },
  follow_link: { ways: [{ flag: 'follow-link', short: 'L' }] },
  paths: {
    ways: [],
    read: (word) => ({ paths: [word] }),
    positional: { name: 'SOURCE... DESTINATION', takes: 'list', mixed: true },
  },
  detach_keys: { ways: [{ flag: 'detach-keys' }] },
  container_location: {
    read: (word, { cwd }) => readVolumeOrPlace(word, cwd),
    positional: {
      name: 'VOLUME',
      describe: 'HOST:CONTAINER[:OPTIONS], as with start; to take one out, CONTAINER will do',
    },
    hidden: true,
  },
  host_location: { hidden: true },
  enviroment: { hidden: true },
  group_add: { hidden: true },
  image_distributor: { hidden: true },
  image_os: { hidden: true },
  image_version: { hidden: true },
  binds: { hidden: true },
  volume_name: { hidden: true },
}

function health(flag: keyof typeof healthReaders, describe: string, aliases: readonly string[] = []): Way {
  // A part of it; the parts are put together, and the daemon says what is missing.
  return { flag, describe, aliases, read: (word) => ({ health: healthReaders[flag](word) }) as Patch }
}
