import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { containerAccount, type Daemon, ended, removeFolder, runToEnd, imageTest as test } from '../harness.ts'

const builds = (daemon: Daemon) => daemon.log().match(/ build --sandbox /g)?.length ?? 0

const imageFolder = (daemon: Daemon, name: string) => {
  const save = JSON.parse(readFileSync(join(daemon.home, 'orchestrator', 'save'), 'utf8'))
  const folder = join(
    daemon.home,
    'orchestrator',
    'accounts',
    containerAccount.name,
    'images',
    save.containers[name].image_key,
  )
  return { folder, inode: statSync(folder).ino }
}

describe('an image is unpacked once', () => {
  test('for all containers, one after the other', async ({ daemon, sif }) => {
    await runToEnd(daemon, { container_name: 'first', image: sif, container_command: ['true'] })
    const { folder, inode } = imageFolder(daemon, 'first')
    const before = builds(daemon)
    await runToEnd(daemon, { container_name: 'second', image: sif, container_command: ['true'] })

    expect(imageFolder(daemon, 'second')).toEqual({ folder, inode })
    expect(builds(daemon)).toBe(before)
  })

  test('for all that ask while it is being made', async ({ house, image }) => {
    const daemon = await house.start()
    const names = ['one', 'two', 'three']
    await Promise.all(names.map((container_name) => daemon.client.start({ container_name, image })))
    expect(builds(daemon)).toBe(1)
    expect(new Set(names.map((name) => imageFolder(daemon, name).inode)).size).toBe(1)
  })

  test('but again when its source has changed, and older containers keep theirs', async ({ daemon, image, shared }) => {
    const folder = join(shared.folder('changing'), 'image')
    cpSync(image, folder, { recursive: true, verbatimSymlinks: true })
    const start = (container_name: string) =>
      daemon.client.start({ container_name, image: folder, container_command: ['exit $(cat /version)'] })

    writeFileSync(join(folder, 'version'), '1')
    await start('old')
    expect(await ended(daemon, 'old')).toMatchObject({ exit_code: 1 })
    writeFileSync(join(folder, 'version'), '2')
    await start('new')
    expect(await ended(daemon, 'new')).toMatchObject({ exit_code: 2 })
    await daemon.client.restart({ container_name: 'old' })
    expect(await ended(daemon, 'old')).toMatchObject({ exit_code: 1 })
  })

  test('and again when somebody has removed it', async ({ house, image }) => {
    const daemon = await house.start()
    await runToEnd(daemon, { container_name: 'first', image, container_command: ['echo mine >/root/note'] })
    await removeFolder(imageFolder(daemon, 'first').folder)
    await daemon.client.restart({ container_name: 'first' })
    expect(await ended(daemon, 'first')).toMatchObject({ state: 'exited', exit_code: 0 })
    expect(builds(daemon)).toBe(2)
  })

  test('and no container can change it for the others', async ({ daemon, image }) => {
    const command = ['test ! -e /usr/bin/planted', 'echo x >/usr/bin/planted && rm /etc/passwd']
    await daemon.client.start({ container_name: 'changes', image, container_command: command })
    expect(await ended(daemon, 'changes')).toMatchObject({ exit_code: 0 })
    await daemon.client.start({
      container_name: 'unchanged',
      image,
      container_command: ['test -e /etc/passwd && test ! -e /usr/bin/planted'],
    })
    expect(await ended(daemon, 'unchanged')).toMatchObject({ exit_code: 0 })
  })
})
