import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { containerAccount, spawnAs } from './account.ts'
import { tool } from './rootfs.ts'

const timeout = 60_000

const broughtAlong = ['/opt/aptorch-apptainer', join(import.meta.dirname, '..', '..', '.apptainer')]

/** The Apptainer that the daemon finds as well: the one on PATH, else the one that the set-up brought. */
export const apptainerPath = (): string => {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...broughtAlong.map((prefix) => join(prefix, 'usr', 'bin')),
  ]
  const found = folders.map((folder) => join(folder, 'apptainer')).find(existsSync)
  if (found === undefined) throw new Error('there is no Apptainer; scripts/setup/run brings one')
  return found
}

/** Runs Apptainer as the account that runs the containers, with all that it keeps in `folder`, which is that account's. */
export const apptainer = (folder: string, ...args: string[]): string =>
  execFileSync(apptainerPath(), args, {
    ...spawnAs(containerAccount),
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: folder,
      APPTAINER_CONFIGDIR: join(folder, 'config'),
      APPTAINER_CACHEDIR: join(folder, 'cache'),
      APPTAINER_TMPDIR: folder,
    },
  })

export const skopeo = (...args: string[]): void => {
  execFileSync(tool('skopeo'), args, { stdio: ['ignore', 'ignore', 'pipe'], timeout })
}

/** Makes a SIF in a folder of the container account's. */
export const makeSif = (rootfs: string, folder: string): string => {
  const path = join(folder, 'busybox.sif')
  apptainer(folder, '--silent', 'build', '--fakeroot', path, rootfs)
  return path
}

/** Makes what `docker save` would: one layer, its configuration and a manifest. */
export const makeDockerArchive = (
  rootfs: string,
  folder: string,
  config: Readonly<Record<string, unknown>> = {},
): string => {
  const layer = join(folder, 'layer.tar')
  const path = join(folder, 'busybox.tar')
  execFileSync('tar', ['-C', rootfs, '--numeric-owner', '--owner=0', '--group=0', '-cf', layer, '.'])
  const digest = createHash('sha256').update(readFileSync(layer)).digest('hex')
  const image = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Cmd: ['/bin/sh'], ...config },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(image))
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: ['busybox:1.0'], Layers: ['layer.tar'] }]),
  )
  execFileSync('tar', ['-C', folder, '-cf', path, 'manifest.json', 'config.json', 'layer.tar'])
  return path
}

/** Turns a docker archive into an OCI one. */
export const makeOciArchive = (dockerArchive: string, folder: string): string => {
  const path = join(folder, 'busybox.oci.tar')
  mkdirSync(folder, { recursive: true })
  skopeo('copy', `docker-archive:${dockerArchive}`, `oci-archive:${path}:1.0`)
  return path
}
