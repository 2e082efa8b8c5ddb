import { posix } from 'node:path'
import type { ContainerFiles, PathStat } from '../../engine.ts'
import { toolsInside } from '../arguments.ts'

/**
 * Arguments of `apptainer exec` for a program in a container that doesn't run, to be run in its data folder as a start is
 * (see `startArguments`). It sees no process of the host or of other containers, and no network.
 */
export const stoppedArguments = (
  { rootfs, volumes }: Pick<ContainerFiles, 'rootfs' | 'volumes'>,
  { tools, empty }: { readonly tools: string; readonly empty: string },
  command: readonly string[],
): string[] => [
  ...['--silent', 'exec', '--fakeroot', '--overlay', 'overlay', '--contain', '--cleanenv', '--no-home', '--no-eval'],
  ...['--no-mount', 'tmp,cwd', '--pid', '--ipc', '--net', '--network', 'none', '--cwd', '/'],
  ...['--bind', `${tools}:${toolsInside}:ro`],
  // Apptainer would run the scripts there, which the container may have changed.
  ...['--bind', `${empty}:/.singularity.d/env:ro`],
  ...volumes.flatMap(({ host_location, container_location, read_only }) => [
    '--bind',
    `${host_location}:${container_location}:${read_only ? 'ro' : 'rw'}`,
  ]),
  rootfs,
  ...command,
]

/** Arguments of find(1) that print what is at a path; `parseStat` reads it. */
export const statArguments = (path: string): string[] => [
  path,
  ...['-maxdepth', '0', '-printf', String.raw`%y\0%Y\0%m\0%s\0%T@\0%l\0`],
]

/** Arguments of find(1) that print what is in a folder; `parseListing` reads it. */
export const listArguments = (folder: string): string[] => [
  `${folder}/.`,
  ...['-mindepth', '1', '-maxdepth', '1', '-printf', String.raw`%y%Y%f\0`],
]

// Other attributes, such as SELinux's, are the host's to decide.
const attributes = ['--xattrs', '--xattrs-include=user.*', '--xattrs-include=security.capability']

/** Arguments of GNU tar that read what is at a path, of which `stat` is known, to standard output. */
export const readArguments = (path: string, stat: PathStat, follow: boolean): string[] => {
  const { folder, member, name } = rootEntry(path, stat, follow)
  return [
    ...[
      '--create',
      '--file=-',
      '--format=posix',
      '--pax-option=delete=atime,delete=ctime',
      '--numeric-owner',
      '--sparse',
    ],
    ...attributes,
    '--no-unquote', // a backslash in a name is one
    // Of a single file, so that no link in a folder is followed with it.
    ...(follow && stat.type === 'link' && stat.target_type !== 'folder' ? ['--dereference'] : []),
    ...(name === member ? [] : [renaming(name)]),
    ...[`--directory=${folder}`, '--', member],
  ]
}

/** Arguments of GNU tar that unpack standard input in a folder. */
export const writeArguments = (folder: string): string[] => [
  ...['--extract', '--file=-', '--numeric-owner', '--same-owner', '--preserve-permissions'],
  ...attributes,
  '--no-overwrite-dir',
  '--keep-directory-symlink', // /lib of an image is one
  '--warning=no-timestamp',
  '--warning=no-unknown-keyword',
  `--directory=${folder}`,
]

/** A folder that is reached by a link is read from within: from outside, tar would follow all links or none. */
const rootEntry = (path: string, { type, target_type }: PathStat, follow: boolean) => {
  const plain = path.replace(/\/+$/, '')
  const name = posix.basename(plain)
  if (name === '' || name === '.' || name === '..') return { folder: path, member: '.', name: '.' }
  const throughLink = type === 'folder' && path.endsWith('/')
  if (throughLink || (type === 'link' && follow && target_type === 'folder')) return { folder: path, member: '.', name }
  return { folder: posix.dirname(plain), member: name, name }
}

/** Names of entries and of hard links' targets begin with "." then; what symbolic links hold stays. */
const renaming = (name: string) => String.raw`--transform=flags=rhS;s/^\./${name.replace(/[\\&/\n]/g, '\\$&')}/`
