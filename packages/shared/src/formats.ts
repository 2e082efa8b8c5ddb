import * as z from 'zod'
import { containerNamePattern } from './names.ts'

/**
 * The small formats that the schemas are made of. Each says in words what it wants; `describeProblem` adds the
 * field's name and what came instead.
 */

const wants = (wanted: string) => ({ error: wanted })

export const ContainerName = z
  .string(wants('a container name'))
  .regex(containerNamePattern, wants('1 to 63 letters, digits, "_", "." and "-", beginning with a letter or a digit'))
  .meta({ description: 'Name of the container' })

/** Names the folder `<container>:<image>`, so it must be one path component. */
/** One container or several. */
export const ContainerNames = z
  .union([ContainerName, z.array(ContainerName)], wants('a container name, or a list of them'))
  .meta({ description: 'Names of the containers; all without' })

export const ImageLabel = z
  .string(wants('a label for the image'))
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,127}$/,
    wants('1 to 128 letters, digits and "_.:@+-", beginning with a letter or a digit'),
  )

// Apptainer splits bind specifications on "," and ":", with "\" as escape; a control character has no place in a path
// that ends in mount tables and logs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafeInPath = /[,:\\\u0000-\u001f\u007f]/

const isPlainAbsolutePath = (path: string) =>
  path.startsWith('/') &&
  path.length <= 4096 &&
  !unsafeInPath.test(path) &&
  !path.split('/').some((part) => part === '..' || part === '.' || part.length > 255)

const absolutePath = wants(
  'an absolute path without "..", ",", ":", "\\" or control characters, of names of at most 255 characters',
)

export const HostPath = z.string(wants('a path on the host')).refine(isPlainAbsolutePath, absolutePath)

const reservedInContainer = ['/', '/proc', '/sys', '/dev', '/.aptorch', '/.singularity.d']

/** Whether a path of a container is none that a volume may take: the kernel's, the engine's or ours. */
export const isReserved = (path: string): boolean => {
  const plain = path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')
  return reservedInContainer.some(
    (reserved) => plain === reserved || (reserved !== '/' && plain.startsWith(`${reserved}/`)),
  )
}

export const ContainerPath = z
  .string(wants('a path in the container'))
  .refine(isPlainAbsolutePath, { ...absolutePath, abort: true })
  .refine(
    (path) => !isReserved(path),
    wants(`a path outside ${reservedInContainer.slice(1).join(', ')}, and not "/" itself`),
  )

export const WorkingDir = z.string(wants('a path in the container')).refine(isPlainAbsolutePath, absolutePath)

/** A path in a container that is only looked up in there: any name that the kernel takes. */
export const PathInside = z
  .string(wants('a path in the container'))
  .refine(
    (path) => path.startsWith('/') && path.length <= 4096 && !path.includes('\0'),
    wants('an absolute path in the container'),
  )

const EnvironmentName = z
  .string()
  .refine((name) => name !== '__proto__', wants('another name: JavaScript keeps this one for itself'))
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, wants('names of letters, digits and "_" that do not begin with a digit'))

// The kernel refuses a single variable beyond 128 KiB (MAX_ARG_STRLEN), and a NUL ends one.
const valueLimit = 100_000

const EnvironmentValue = z
  .string(wants('a string'))
  .refine((value) => new TextEncoder().encode(value).length <= valueLimit, wants(`at most ${valueLimit} bytes`))
  .refine((value) => !value.includes('\0'), wants('a string without NUL characters'))

export const Environment = z.record(EnvironmentName, EnvironmentValue, wants('an object of strings'))

const LabelName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_./-]{0,127}$/, wants('names of 1 to 128 letters, digits and "_./-"'))

// They are in every event of the container.
const labelsLimit = 16_384

export const Labels = z
  .record(
    LabelName,
    z.string(wants('a string')).max(4096, wants('at most 4,096 characters')),
    wants('an object of strings'),
  )
  .refine((labels) => JSON.stringify(labels).length <= labelsLimit, wants(`at most ${labelsLimit} characters in all`))

export const RestartPolicy = z
  .string(wants('a restart policy'))
  .regex(
    /^(no|always|unless-stopped|on-failure(:[1-9][0-9]{0,3})?)$/,
    wants('"no", "always", "unless-stopped", "on-failure" or "on-failure:TIMES"'),
  )

export const AccountName = z
  .string(wants('an account of the host'))
  .regex(/^[a-z_][a-z0-9_.-]{0,31}$/i, wants('the name of an account of the host'))

export const Network = z.enum(['bridge', 'host', 'none'], wants('"bridge", "host" or "none"'))

// What Apptainer itself takes for a start; below that, no container could be started.
const leastMemory = 48 * 1024 * 1024
const leastPids = 32
// The kernel numbers no more (PID_MAX_LIMIT).
const mostPids = 4_194_304

const cpus = 'a number of processors, at least 0.01'
const memory = `at least ${leastMemory} bytes (48 MiB): Apptainer itself takes about 30 MiB of them`
const pids = `at least ${leastPids}: Apptainer itself takes about 16 of them`

const Cpus = z.number(wants(cpus)).min(0.01, wants(cpus)).max(10_000, wants('at most 10000 processors'))
const Memory = z.int(wants('a whole number of bytes')).min(leastMemory, wants(memory))
const Pids = z
  .int(wants('a whole number'))
  .min(leastPids, wants(pids))
  .max(mostPids, wants(`at most ${mostPids}`))

/** Limits, or 0 for none. */
export const CpusOrNone = orNone(Cpus, cpus)
export const MemoryOrNone = orNone(Memory, memory)
export const PidsOrNone = orNone(Pids, pids)

const argumentLimit = 100_000 // the kernel's, as for a variable

const command = wants('a program with its arguments, such as ["ls", "-l"], or a line for the shell')

const word = z
  .string(command)
  .max(argumentLimit, wants(`words of at most ${argumentLimit} characters`))
  .refine((text) => !text.includes('\0'), wants('words without NUL characters'))

/** Words of a program's command line, or one line for the container's shell. */
export const Command = z.union(
  [
    word.min(1, command),
    z
      .array(word, command)
      .min(1, command)
      .max(1000, wants('at most 1000 words'))
      .refine(([program]) => program !== '', wants('a program to begin with')),
  ],
  command,
)
export type Command = z.output<typeof Command>

/** The program and arguments that a command stands for. */
export const wordsOf = (command: Command): readonly string[] =>
  typeof command === 'string' ? ['/bin/sh', '-c', command] : command

/** A user of a container: by name or number, with a group on request. */
export const UserInside = z
  .string(wants('a user of the container'))
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?$/,
    wants('USER or USER:GROUP, by name or number'),
  )

export const Seconds = (least: number, most: number) =>
  z
    .number(wants('a number of seconds'))
    .min(least, wants(`a number of seconds from ${least} to ${most}`))
    .max(most, wants(`a number of seconds from ${least} to ${most}`))

/** A moment: RFC 3339, seconds since 1970, or how long ago. */
export const Moment = z
  .string(wants('a time'))
  .refine(
    (text) => momentOf(text, 0) !== undefined,
    wants('a time such as 2026-01-31T12:00:00Z, or how long ago, such as 10m or 1h30m'),
  )

export const Gpu = z.enum(['nvidia', 'rocm'], wants('"nvidia" or "rocm"'))

export const Timestamp = z.iso.datetime()

/** In milliseconds since 1970; `now` is too. Undefined for what is no moment. */
export const momentOf = (text: string, now: number): number | undefined => {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text) * 1000
  const parts = text.match(/^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/)
  if (parts !== null && text !== '') {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
    return now - (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
  }
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

function orNone(limit: z.ZodNumber, wanted: string) {
  return z
    .number(wants('a number'))
    .refine((value) => value === 0 || limit.safeParse(value).success, wants(`0 for no limit, or ${wanted}`))
}
