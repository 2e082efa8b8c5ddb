import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The programs that the project's set-up brings for its tests. */
export const tool = (name: string): string => join(import.meta.dirname, '..', '..', '.tools', 'bin', name)

const folders = ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'run', 'sys', 'tmp', 'usr', 'usr/bin', 'var']

/** Fills a folder with a root file system that has a shell and little else: one megabyte. */
export const makeRootfs = (path: string): void => {
  for (const folder of folders) mkdirSync(join(path, folder), { recursive: true })
  copyFileSync(tool('busybox'), join(path, 'bin', 'busybox'))
  const applets = execFileSync(tool('busybox'), ['--list'], { encoding: 'utf8' }).trim().split('\n')
  for (const applet of applets) if (applet !== 'busybox') symlinkSync('busybox', join(path, 'bin', applet))
  writeFileSync(join(path, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
  writeFileSync(join(path, 'etc', 'group'), 'root:x:0:\n')
}
