import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { freePort, program, socketOf, test, until } from '../harness.ts'

describe('a daemon that starts', () => {
  test('takes over the socket of a killed one', async ({ house }) => {
    const first = await house.start()
    await first.kill()
    expect(existsSync(first.socket)).toBe(true)
    const second = await house.start()
    expect(await second.client.health({})).toEqual({ status: 200, healthy: true })
  })

  test('says where it answers, with the port that it picked', async ({ house }) => {
    const daemon = await house.start()
    expect(daemon.ready).toMatch(
      /^aptorchd \d+\.\d+\.\d+ is ready on http:\/\/127\.0\.0\.1:[1-9]\d* and unix:\/\/\/.*\.sock$/,
    )
    expect((await daemon.request('GET', '/health', undefined, { door: 'tcp' })).status).toBe(200)
  })

  test('leaves TCP alone when it is told to', async ({ house }) => {
    const daemon = await house.start({ flags: ['--no-tcp'] })
    expect(daemon.ready).not.toContain('http')
    expect(existsSync(join(house.home, 'orchestrator', 'token'))).toBe(false)
    expect(await daemon.client.health({})).toMatchObject({ healthy: true })
  })

  test('keeps its token, so that clients need not read it again', async ({ house }) => {
    const first = await house.start()
    const token = first.token()
    expect(token).toMatch(/^[\w-]{43}$/)
    await first.stop()
    expect((await house.start()).token()).toBe(token)
  })

  test('takes its settings from variables and config.json too, a flag before both', async ({ house, image }) => {
    const port = await freePort()
    mkdirSync(join(house.home, 'orchestrator'), { recursive: true })
    const defaults = { environment: { PLATFORM: 'nextpyter' }, working_dir: '/work', labels: { from: 'config' } }
    writeFileSync(join(house.home, 'orchestrator', 'config.json'), JSON.stringify({ port: 1, auth: false, defaults }))
    const daemon = await house.start({
      bare: true,
      flags: ['--socket', socketOf(house.home)],
      environment: {
        APTORCH_HOME: house.home,
        APTORCH_SOCKET: '/nonexistent/socket',
        APTORCH_PORT: String(port),
        APTORCH_NO_AUTH: '',
      },
    })
    expect(daemon.url).toBe(`http://127.0.0.1:${port}`)
    expect((await daemon.request('GET', '/getallcont', undefined, { door: 'tcp', headers: {} })).status).toBe(200)
    const started = await daemon.client.start({ container_name: 'd', image, labels: { mine: 'yes' } })
    expect(started).toMatchObject({ ...defaults, labels: { from: 'config', mine: 'yes' } })
  })

  test('without a token asked for warns of it, loudly, and answers without', async ({ house }) => {
    const daemon = await house.start({ flags: ['--no-auth'] })
    expect(daemon.log()).toMatch(/WARNING: --no-auth: every user and program of this machine/)
    expect((await daemon.request('GET', '/getallcont', undefined, { door: 'tcp', headers: {} })).status).toBe(200)
  })

  test('runs from any folder, through a link, whichever Node is on PATH', async ({ house }) => {
    const link = join(house.folder('bin'), 'aptorchd')
    execFileSync('ln', ['-s', program, link])
    expect(
      spawnSync(link, ['--version'], { cwd: '/', env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' }).stdout,
    ).toMatch(/^\d+\.\d+\.\d+\n$/)
    const help = spawnSync(link, ['--help'], { cwd: '/', env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' }).stdout
    for (const flag of ['home', 'host', 'port', 'no-tcp', 'socket', 'run-as', 'apptainer', 'debug', 'no-auth'])
      expect(help).toContain(`--${flag}`)
  })

  test('tells what it and its host can do', async ({ house }) => {
    const daemon = await house.start()
    const info = await daemon.client.info({})
    expect(info).toMatchObject({
      status: 200,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      api_version: '1.0',
      engine: {
        name: 'apptainer',
        version: expect.stringMatching(/^\d+\.\d+/),
        path: expect.stringMatching(/apptainer$/),
      },
      home: house.home,
      containers: { total: 0, active: 0 },
      capabilities: { fakeroot: { available: true }, overlay: { available: true } },
    })
    for (const { reason } of Object.values(info.capabilities)) expect(reason).not.toBe('')
  })

  test('shows what it does under --debug, plainly in a file, and keeps secrets to itself', async ({ house, image }) => {
    const daemon = await house.start()
    await daemon.client.start({ container_name: 'seen', image, environment: { PASSWORD: 'opensesame' } })
    await daemon.request('GET', '/getallcont', undefined, { door: 'tcp' })
    await until('the request to be shown', () => daemon.log().includes('GET /getallcont'))
    const log = daemon.log()
    expect(log).toMatch(/POST \/start → 201 \(\d+ ms\)/)
    expect(log).toMatch(/apptainer .* instance start .* → exit code 0 \(\d+ ms, as .*\)/)
    expect(log).toMatch(/seen: creating → running/)
    expect(log).not.toContain('\u001b[')
    expect(log).not.toContain('opensesame')
    expect(log).not.toContain(daemon.token())
  })
})
