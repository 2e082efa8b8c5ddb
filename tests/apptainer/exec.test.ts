import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { describe, expect } from 'vitest'
import type { ExecItem } from '../../packages/shared/src/index.ts'
import { type Daemon, forever, processesIn, test, until } from '../harness.ts'

const name = { container_name: 'web' }

test.beforeAll(async ({ daemon, image }) => {
  await daemon.client.start({
    ...name,
    image,
    container_command: [forever],
    environment: { GREETING: 'a,b "$(id)"', OWN: 'container' },
    working_dir: '/work',
  })
})

describe('a program in a container', () => {
  test('is told apart by its streams and its exit code', async ({ daemon }) => {
    const answer = await daemon.client.exec({ ...name, command: 'echo out; echo err >&2; exit 3' })
    expect(answer).toEqual({
      status: 200,
      ...name,
      exit_code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
      timed_out: false,
    })
  })

  test('has the variables and the folder of the container, and its own over them', async ({ daemon }) => {
    const show = 'pwd; printf "%s\\n" "$GREETING" "$OWN"; hostname'
    expect((await daemon.client.exec({ ...name, command: show })).stdout).toBe('/work\na,b "$(id)"\ncontainer\nweb\n')
    const own = { environment: { OWN: 'x\ny' }, working_dir: '/tmp' }
    expect((await daemon.client.exec({ ...name, command: show, ...own })).stdout).toBe('/tmp\na,b "$(id)"\nx\ny\nweb\n')
  })

  test.for([
    [['no-such-program'], 127],
    [['/no/such/file'], 127],
    [['/etc/passwd'], 126],
    [['sh', '-c', 'kill -9 $$'], 137],
  ] as const)('%j ends with %i', async ([command, code], { daemon }) => {
    expect(await daemon.client.exec({ ...name, command: [...command] })).toMatchObject({ exit_code: code })
  })

  test('runs as whom it was asked to', async ({ daemon }) => {
    const id = async (user: string) => (await daemon.client.exec({ ...name, user, command: 'id -u; id -g' })).stdout
    expect([await id('root'), await id('1234'), await id('1234:99')]).toEqual(['0\n0\n', '1234\n0\n', '1234\n99\n'])
    await expect(id('nobody-there')).rejects.toMatchObject({
      code: 'invalid_field',
      message: expect.stringMatching(/^user: /),
    })
  })

  test('reads what it is given, and nothing without', async ({ daemon }) => {
    expect((await daemon.client.exec({ ...name, command: ['cat'], stdin: 'žluť\n' })).stdout).toBe('žluť\n')
    expect((await daemon.client.exec({ ...name, command: ['cat'] })).stdout).toBe('')
    expect(await daemon.client.exec({ ...name, command: ['true'], stdin: 'x'.repeat(500_000) })).toMatchObject({
      exit_code: 0,
    })
  })

  test('that prints more than an answer holds is cut off, and ends', async ({ daemon }) => {
    const answer = await daemon.client.exec({ ...name, command: 'yes | head -c 5000000; exit 2' })
    expect([answer.stdout.length, answer.truncated, answer.exit_code]).toEqual([1024 * 1024, true, 2])
  })

  test('is ended with all that it started when its time is up', async ({ daemon }) => {
    const began = performance.now()
    const answer = await daemon.client.exec({ ...name, command: 'sleep 4321 & sleep 4321', timeout_s: 0.5 })
    expect(answer).toMatchObject({ timed_out: true, exit_code: 143 })
    expect(performance.now() - began).toBeLessThan(5000)
    await until('all of it to end', async () => !(await listOf(daemon)).includes('4321'))
  })

  test('is told as it comes to who wants that', async ({ daemon }) => {
    const items: ExecItem[] = []
    const times: number[] = []
    for await (const item of daemon.client.stream.exec({
      ...name,
      command: "printf a; sleep 0.5; printf '\\377'; exit 4",
    })) {
      items.push(item)
      times.push(performance.now())
    }
    expect(items).toEqual([
      { stream: 'stdout', text: 'a' },
      { stream: 'stdout', base64: '/w==' },
      { exit_code: 4, timed_out: false },
    ])
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(300)
  })

  test.for(['*/*', 'application/x-ndjson'])('ends when the caller of a %s leaves', async (accept, { daemon }) => {
    const body = JSON.stringify({ ...name, command: 'echo begun; sleep 5432' })
    const outgoing = request({ socketPath: daemon.socket, method: 'POST', path: '/exec', headers: { accept } })
    outgoing.on('error', () => undefined)
    outgoing.end(body)
    await until('it to run', async () => (await listOf(daemon)).includes('5432'))
    outgoing.destroy()
    await until('it to end', async () => !(await listOf(daemon)).includes('5432'))
  })

  test('ends though what it left behind goes on printing', async ({ daemon }) => {
    const began = performance.now()
    expect(await daemon.client.exec({ ...name, command: 'setsid yes & exit 3' })).toMatchObject({ exit_code: 3 })
    expect(performance.now() - began).toBeLessThan(10_000)
    await daemon.client.exec({ ...name, command: 'killall yes' })
  })

  test('may be left at any time', async ({ daemon }) => {
    const before = descriptorsOf(daemon)
    for (let count = 0; count < 30; count++) {
      const leaving = new AbortController()
      const items = daemon.client.stream.exec(
        { ...name, command: 'while :; do echo; echo >&2; done' },
        { signal: leaving.signal },
      )
      const read = (async () => {
        for await (const _ of items);
      })()
      setTimeout(() => leaving.abort(), count * 10)
      await expect(read).rejects.toThrow(/abort/)
    }
    await until('all of them to end', async () => !(await listOf(daemon)).includes('echo'), 20_000)
    await until('what they had open to be closed', () => descriptorsOf(daemon) <= before + 2, 20_000)
    expect(daemon.log()).not.toMatch(/went wrong/)
  })

  test('waits when nobody reads what it prints, and costs the daemon no memory', async ({ daemon }) => {
    const outgoing = request({
      socketPath: daemon.socket,
      method: 'POST',
      path: '/exec',
      headers: { accept: 'application/x-ndjson' },
    })
    outgoing.on('error', () => undefined)
    outgoing.on('response', (incoming) => incoming.pause())
    outgoing.end(JSON.stringify({ ...name, command: 'yes | head -c 500000000' }))
    const before = rssOf(daemon)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    expect(rssOf(daemon) - before).toBeLessThan(60 * 2 ** 20)
    outgoing.destroy()
    await until('it to end', async () => !(await listOf(daemon)).includes('yes'))
  })

  test('is refused where it can not be', async ({ daemon, image }) => {
    const command = ['true']
    await expect(daemon.client.exec({ container_name: 'none', command })).rejects.toMatchObject({ status: 404 })
    await expect(daemon.client.exec({ ...name, command, working_dir: '/no/such' })).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/^working_dir: /),
    })
    await daemon.client.start({ container_name: 'over', image, container_command: ['exit 0'] })
    await daemon.client.wait({ container_name: 'over', timeout_s: 10 })
    await expect(daemon.client.exec({ container_name: 'over', command })).rejects.toMatchObject({ code: 'not_running' })
  })

  test('leaves nothing behind, however often', { timeout: 120_000 }, async ({ daemon }) => {
    const count = () => ({
      descriptors: descriptorsOf(daemon),
      processes: processesIn(daemon, 'web').length,
      children: readdirSync('/proc').filter((pid) => parentOf(pid) === daemon.pid).length,
    })
    const run = async (times: number) => {
      for (let done = 0; done < times; done += 8)
        await Promise.all(Array.from({ length: 8 }, () => daemon.client.exec({ ...name, command: ['true'] })))
    }
    await run(40)
    const before = count()
    await run(1000)
    await until('what was used to be given back', () => {
      const after = count()
      return (
        after.descriptors <= before.descriptors + 2 &&
        after.processes <= before.processes &&
        after.children === before.children
      )
    })
    expect(daemon.log()).not.toMatch(/MaxListeners/)
  })
})

const listOf = async (daemon: Daemon) =>
  (await daemon.client.top(name)).processes.map(({ command }) => command).join('\n')

const descriptorsOf = ({ pid }: Daemon) => readdirSync(`/proc/${pid}/fd`).length

const rssOf = ({ pid }: Daemon) =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1]) * 1024

const parentOf = (pid: string) => {
  if (!/^\d+$/.test(pid)) return 0
  try {
    return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/PPid:\s+(\d+)/)?.[1])
  } catch {
    return 0 // it has just ended
  }
}
