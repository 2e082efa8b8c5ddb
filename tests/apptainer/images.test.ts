import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { containerAccount, type Daemon, ended, makeOciArchive, runToEnd, imageTest as test, until } from '../harness.ts'

/** Starts a container from an image, and sees that it has a shell. */
const runs = async (daemon: Daemon, name: string, image: Record<string, string>) => {
  const { started, ended } = await runToEnd(daemon, {
    container_name: name,
    ...image,
    container_command: ['busybox true && exit 9'],
  })
  expect(ended).toMatchObject({ state: 'exited', exit_code: 9 })
  return started
}

describe('an image comes from', () => {
  test('a folder', async ({ daemon, image }) => {
    expect(await runs(daemon, 'folder', { image })).toMatchObject({ image_distributor: 'file', image_os: 'busybox' })
  })

  test('a SIF', async ({ daemon, sif }) => {
    expect(await runs(daemon, 'sif', { image: sif })).toMatchObject({
      image_distributor: 'file',
      container_image: 'busybox',
    })
  })

  test('a docker archive', async ({ daemon, dockerArchive }) => {
    expect(await runs(daemon, 'docker-archive', { image: `docker-archive:${dockerArchive}` })).toMatchObject({
      image_distributor: 'docker-archive',
    })
  })

  test('an OCI archive', async ({ daemon, shared, dockerArchive }) => {
    const archive = makeOciArchive(dockerArchive, shared.folder('oci'))
    expect(await runs(daemon, 'oci-archive', { image: `oci-archive:${archive}` })).toMatchObject({
      image_distributor: 'oci-archive',
    })
  })

  test('a registry, in layers', async ({ daemon, registry }) => {
    expect(await runs(daemon, 'docker', { image: `docker://${registry.host}/busybox:1.0` })).toMatchObject({
      image_distributor: 'docker',
      image_os: `${registry.host}/busybox`,
      image_version: '1.0',
      container_image: 'busybox-1.0',
    })
  })

  test('a registry, as a SIF', async ({ daemon, registry }) => {
    expect(await runs(daemon, 'oras', { image: `oras://${registry.host}/sif:1.0` })).toMatchObject({
      image_distributor: 'oras',
    })
  })

  test('a registry, named in the older form', async ({ daemon, registry }) => {
    const older = { image_distributor: 'docker', image_os: `${registry.host}/busybox`, image_version: '1.0' }
    expect(await runs(daemon, 'older', older)).toMatchObject({
      ...older,
      image: `docker://${registry.host}/busybox:1.0`,
    })
  })

  test('a definition file, whose %post, %environment and %startscript count', async ({ daemon, image, shared }) => {
    const definition = join(shared.folder('definition'), 'greeter.def')
    const out = shared.folder('out', containerAccount)
    writeFileSync(
      definition,
      [
        'Bootstrap: localimage',
        `From: ${image}`,
        '%post',
        '  echo "built by $(id -u)" >/usr/bin/built',
        '%environment',
        '  export GREETING=hello NAME=nobody',
        '%startscript',
        '  echo "$GREETING $NAME" >/out/greeting',
        '  exec sleep 1000',
      ].join('\n'),
    )
    const binds = { [out]: '/out' }
    await daemon.client.start({ container_name: 'greeter', image: definition, binds, environment: { NAME: 'ada' } })
    const greeting = await until('the start script', () => {
      const text = readFileSync(join(out, 'greeting'), { encoding: 'utf8', flag: 'a+' })
      return text.endsWith('\n') && text
    })
    expect(greeting).toBe('hello ada\n')
    expect(await daemon.client.getcont({ container_name: 'greeter' })).toMatchObject({ state: 'running' })

    await daemon.client.start({
      container_name: 'built',
      image: definition,
      container_command: ['grep -qx "built by 0" /usr/bin/built'],
    })
    expect(await ended(daemon, 'built')).toMatchObject({ exit_code: 0 })
  })
})
