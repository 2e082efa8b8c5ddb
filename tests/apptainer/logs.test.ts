import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { LogItem } from '../../packages/shared/src/index.ts'
import { type Daemon, forever, test, until } from '../harness.ts'

type Query = Parameters<Daemon['client']['stream']['logs']>[0]

const linesOf = async (daemon: Daemon, query: Query) => {
  const lines: Exclude<LogItem, { missed: true }>[] = []
  for await (const item of daemon.client.stream.logs(query)) {
    if ('missed' in item) throw new Error('something is missing')
    lines.push(item)
  }
  return lines
}
const textsOf = async (daemon: Daemon, query: Query) => (await linesOf(daemon, query)).map(({ text }) => text)

describe('the output of a container', () => {
  test('has both streams with the time of each line', async ({ daemon, image }) => {
    const name = { container_name: 'both' }
    const before = Date.now()
    await daemon.client.start({
      ...name,
      image,
      container_command: ['echo one', 'sleep 0.5', 'echo two >&2', 'printf three'],
    })
    await daemon.client.wait({ ...name, timeout_s: 10 })
    const lines = await linesOf(daemon, name)
    expect(lines).toMatchObject([
      { stream: 'stdout', text: 'one' },
      { stream: 'stderr', text: 'two' },
      { stream: 'stdout', text: 'three', partial: true },
    ])
    const [one = 0, two = 0] = lines.map(({ time }) => Date.parse(time))
    expect(one).toBeGreaterThanOrEqual(before)
    expect(two - one).toBeGreaterThan(300)
    expect(await textsOf(daemon, { ...name, stream: 'stderr' })).toEqual(['two'])
    expect(await textsOf(daemon, { ...name, tail: 2 })).toEqual(['two', 'three'])
    expect(await textsOf(daemon, { ...name, since: new Date(one + 200).toISOString() })).toEqual(['two', 'three'])
    expect(await textsOf(daemon, { ...name, until: new Date(one + 200).toISOString() })).toEqual(['one'])
  })

  test('stays when the container and the daemon start again, and goes with the container', async ({ house, image }) => {
    const first = await house.start()
    const name = { container_name: 'kept' }
    const printed = { ...name, stream: 'stdout' } as const // its shell says "Terminated" on the other one
    await first.client.start({ ...name, image, container_command: ['echo run', forever] })
    await first.client.restart({ ...name, force: true })
    await first.kill()
    const second = await house.start()
    expect(await textsOf(second, printed)).toEqual(['run', 'run'])
    await second.client.restart({ ...name, force: true })
    await until('the third line', async () => (await textsOf(second, printed)).length === 3)
    await second.client.stop({ ...name, timeout_s: 0 })
    await second.client.deletecont(name)
    await expect(linesOf(second, name)).rejects.toMatchObject({ code: 'container_not_found' })
    await second.client.start({ ...name, image, container_command: ['echo new', forever] })
    await until('the first line', async () => (await textsOf(second, name)).length > 0)
    expect(await textsOf(second, name)).toEqual(['new'])
  })

  test('is complete while there is no daemon', async ({ house, image }) => {
    const first = await house.start()
    const name = { container_name: 'counts' }
    const count = 'i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); [ $((i%100)) = 0 ] && sleep 0.1; done'
    await first.client.start({ ...name, image, container_command: [count] })
    await first.kill()
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const second = await house.start()
    await second.client.wait({ ...name, timeout_s: 20 })
    expect(await textsOf(second, name)).toEqual(Array.from({ length: 2000 }, (_, i) => String(i)))
  })

  test('is followed until the container ends', async ({ daemon, image }) => {
    const name = { container_name: 'followed' }
    await daemon.client.start({
      ...name,
      image,
      container_command: ['for i in 1 2 3 4 5; do echo $i; sleep 0.2; done'],
    })
    expect(await textsOf(daemon, { ...name, follow: true })).toEqual(['1', '2', '3', '4', '5'])
  })

  test('of an image that starts by itself is kept as well', async ({ daemon, image, shared }) => {
    const own = join(shared.folder('own'), 'rootfs')
    cpSync(image, own, { recursive: true, verbatimSymlinks: true })
    mkdirSync(`${own}/.singularity.d`, { recursive: true })
    writeFileSync(`${own}/.singularity.d/startscript`, '#!/bin/sh\necho by itself\n', { mode: 0o755 })
    await daemon.client.start({ container_name: 'self', image: own })
    await until('its line', async () => (await textsOf(daemon, { container_name: 'self' })).includes('by itself'))
    expect(await daemon.client.getcont({ container_name: 'self' })).toMatchObject({ state: 'running', exit_code: null })
    await daemon.client.stop({ container_name: 'self', timeout_s: 0 })
  })
})

describe('a container that prints without end', () => {
  test('loses no line over several rotations, and is bounded on disk', { timeout: 120_000 }, async ({
    house,
    image,
  }) => {
    const orchestrator = `${house.home}/orchestrator`
    mkdirSync(orchestrator, { recursive: true, mode: 0o711 })
    // Large enough for all of it, small enough for many rotations.
    writeFileSync(`${orchestrator}/config.json`, JSON.stringify({ log_max_size: 10_000_000, log_max_files: 20 }))
    const daemon = await house.start()
    const name = { container_name: 'flood' }
    const total = 1_000_000 // of 100 bytes
    const print = `awk 'BEGIN { x = sprintf("%092d", 0); for (i = 1; i <= ${total}; i++) print i, x }'`
    await daemon.client.start({ ...name, image, container_command: [print] })
    let next = 1
    for await (const item of daemon.client.stream.logs({ ...name, follow: true })) {
      if ('missed' in item || item.partial || !item.text?.startsWith(`${next} `)) {
        throw new Error(`expected line ${next}, got ${JSON.stringify(item)}`)
      }
      next++
    }
    expect(next).toBe(total + 1)
    const folder = `${orchestrator}/logs/flood`
    for (const file of readdirSync(folder))
      expect(statSync(`${folder}/${file}`).size, file).toBeLessThanOrEqual(10_000_000)
  })

  test('takes no more of the disk than it may, nor of memory for a reader that is slow', async ({ house, image }) => {
    const daemon = await house.start()
    const name = { container_name: 'flood' }
    await daemon.client.start({
      ...name,
      image,
      container_command: ['yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    })
    const slow = request({ socketPath: daemon.socket, path: '/logs?container_name=flood&follow=true' })
    slow.on('error', () => undefined)
    slow.on('response', (incoming) => incoming.pause()).end()
    const rss = () => Number(readFileSync(`/proc/${daemon.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1])
    const before = rss()
    await new Promise((resolve) => setTimeout(resolve, 4000))
    const [size = ''] = execFileSync('du', ['-sb', `${house.home}/orchestrator/logs/flood`], {
      encoding: 'utf8',
    }).split('\t')
    expect(Number(size)).toBeLessThan(32_000_000)
    expect(rss() - before).toBeLessThan(60_000)
    slow.destroy()
    await daemon.client.stop({ ...name, timeout_s: 0 })
  })
})
