import { chmodSync, lstatSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test as base, containerAccount, ended, forever, House, ownerOf, processesOf } from '../harness.ts'

/** As a plain user would have it: the daemon itself runs as an account that is not root. */
const test = base.extend('plain', ({ workshop, onTestFailed }, { onCleanup }) => {
  const house = new House(workshop, containerAccount)
  onTestFailed(() => console.error(house.logs()))
  onCleanup(() => house.clear())
  return house
})

describe("a plain user's daemon", () => {
  test('runs containers as that user, from start to the end of their data', async ({ plain, image }) => {
    const daemon = await plain.start()
    const started = await daemon.client.start({
      container_name: 'mine',
      image,
      container_command: ['echo x >>/usr/bin/runs', forever],
    })
    expect(started).toMatchObject({ state: 'running', user: containerAccount.name })
    expect(
      processesOf(plain.home)
        .map(ownerOf)
        .filter((uid) => uid !== containerAccount.uid),
    ).toEqual([])
    await daemon.client.stop({ container_name: 'mine' })
    expect(await daemon.client.restart({ container_name: 'mine' })).toMatchObject({ state: 'running' })
    await daemon.client.stop({ container_name: 'mine' })
    await daemon.client.deletecont({ container_name: 'mine' })
    expect(await daemon.client.deletecontdata({ container_name: 'mine' })).toMatchObject({
      removed: [started.data_path],
    })
  })

  test('knows exit codes, and takes its containers back after a kill -9', async ({ plain, image }) => {
    const first = await plain.start()
    await first.client.start({ container_name: 'nine', image, container_command: ['exit 9'] })
    expect(await ended(first, 'nine')).toMatchObject({ state: 'exited', exit_code: 9 })
    const { pid } = await first.client.start({ container_name: 'on', image })
    await first.kill()
    const second = await plain.start()
    expect(await second.client.getcont({ container_name: 'on' })).toMatchObject({ state: 'running', pid })
  })

  test('refuses a home that the user can not write', async ({ plain }) => {
    const closed = plain.folder('closed')
    chmodSync(closed, 0o500)
    await expect(plain.start({ home: join(closed, 'home') })).rejects.toThrow(/--home: .* can't be made or written/)
  })

  test('has its socket and token to itself', async ({ plain }) => {
    const daemon = await plain.start()
    const token = statSync(join(plain.home, 'orchestrator', 'token'))
    expect({ mode: token.mode & 0o777, uid: token.uid }).toEqual({ mode: 0o600, uid: containerAccount.uid })
    const socket = lstatSync(daemon.socket)
    expect({ mode: socket.mode & 0o777, uid: socket.uid }).toEqual({ mode: 0o600, uid: containerAccount.uid })
  })

  test('puts home and socket where the user expects them when nobody says', async ({ plain }) => {
    const home = plain.folder('user')
    const runtime = plain.folder('runtime')
    const daemon = await plain.start({
      bare: true,
      flags: ['--port', '0'],
      environment: { HOME: home, XDG_RUNTIME_DIR: runtime },
    })
    expect(daemon.socket).toBe(join(runtime, 'aptorch.sock'))
    expect(await daemon.client.info({})).toMatchObject({
      home: join(home, '.local/share/aptorch'),
      account: { name: containerAccount.name },
    })
  })

  test('refuses an image that the user can not read, by the name of the file', async ({ plain, image }) => {
    const daemon = await plain.start()
    const file = join(plain.folder('secret'), 'secret.sif')
    writeFileSync(file, 'x', { mode: 0o600 })
    const answer = await daemon.request('POST', '/start', { container_name: 'x', image: file })
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid_image' })
    expect(answer.body.message).toContain(file)
    expect(await daemon.client.start({ container_name: 'y', image })).toMatchObject({ state: 'running' })
  })
})
