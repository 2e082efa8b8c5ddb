import { once } from 'node:events'
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { freePort, socketOf, test } from '../harness.ts'

describe('a daemon refuses to start, and says why,', () => {
  test('when another runs on its home', async ({ house, image }) => {
    const first = await house.start()
    await first.client.start({ container_name: 'on', image })
    await expect(house.start({ flags: ['--socket', join(house.folder('other'), 'socket')] })).rejects.toThrow(
      /another aptorchd runs on/,
    )
    expect(await first.client.getcont({ container_name: 'on' })).toMatchObject({ state: 'running' })
  })

  test('when another program answers on its socket', async ({ house }) => {
    const socket = socketOf(house.home)
    const server = createServer((connection) => connection.end()).listen(socket)
    await once(server, 'listening')
    await expect(house.start()).rejects.toThrow(/another program answers/)
    expect(lstatSync(socket).isSocket()).toBe(true)
    server.close()
  })

  test('when there is a file where its socket should be, which it leaves alone', async ({ house }) => {
    writeFileSync(socketOf(house.home), 'precious')
    await expect(house.start()).rejects.toThrow(/is not a socket/)
    expect(readFileSync(socketOf(house.home), 'utf8')).toBe('precious')
  })

  test('when its port is in use', async ({ house }) => {
    const port = await freePort()
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    await expect(house.start({ port })).rejects.toThrow(/in use/)
    server.close()
  })

  test('when its home can not be made', async ({ house }) => {
    const file = join(house.folder('taken'), 'file')
    writeFileSync(file, '')
    for (const home of [join(file, 'home'), '/proc/aptorch-test/home'])
      await expect(house.start({ home, flags: ['--socket', socketOf(house.home)] }), home).rejects.toThrow(/--home: /)
  })

  test('when its home has a path that Apptainer could not take', async ({ house }) => {
    await expect(house.start({ home: `${house.home}:a,b` })).rejects.toThrow(/--home: got/)
  })

  test('when there is no Apptainer where it is told to look', async ({ house }) => {
    await expect(house.start({ flags: ['--apptainer', '/nonexistent/apptainer'] })).rejects.toThrow(
      /--apptainer: \/nonexistent\/apptainer is not an executable file/,
    )
  })

  test('when it would listen beyond loopback and nobody said so in as many words', async ({ house }) => {
    await expect(house.start({ flags: ['--host', '0.0.0.0'] })).rejects.toThrow(/--allow-remote/)
    await expect(house.start({ flags: ['--host', '0.0.0.0', '--allow-remote', '--no-auth'] })).rejects.toThrow(
      /--no-auth is for loopback only/,
    )
  })

  test('when a setting is wrong, by its name', async ({ house }) => {
    await expect(house.start({ port: 70000 })).rejects.toThrow(/port: got 70000/)
    await expect(house.start({ flags: ['--colour', 'red'] })).rejects.toThrow(/colour/)
    mkdirSync(join(house.home, 'orchestrator'), { recursive: true })
    writeFileSync(join(house.home, 'orchestrator', 'config.json'), '{"portt": 1}')
    await expect(house.start()).rejects.toThrow(/unknown field "portt" \(did you mean "port"\?\)/)
  })
})
