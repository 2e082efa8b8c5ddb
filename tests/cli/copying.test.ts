import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { test as base, type Daemon } from '../harness.ts'
import { program, run } from './aptorch.ts'

/** A container that runs, and a folder of the caller's with files of several kinds in `site`. */
const test = base
  .extend('web', { scope: 'file' }, async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'web', image })
    return 'web'
  })
  .extend('place', ({ shared, web: _ }) => {
    const place = shared.folder('place')
    mkdirSync(join(place, 'site', 'sub'), { recursive: true })
    writeFileSync(join(place, 'site', 'page'), 'text\n', { mode: 0o640 })
    writeFileSync(join(place, 'site', 'sub', 'deep'), 'deep\n')
    symlinkSync('page', join(place, 'site', 'link'))
    return place
  })

const inFolder =
  (daemon: Daemon, cwd: string) =>
  (...args: string[]) =>
    run(program, args, { cwd, env: { APTORCH_HOST: daemon.socket } })

const done = { code: 0, stdout: '', stderr: '' }

test('a folder goes into a container and comes back as it was', async ({ daemon, place }) => {
  const aptorch = inFolder(daemon, place)
  expect(await aptorch('cp', 'site', 'web:/home')).toEqual(done)
  const { stdout } = await aptorch('exec', 'web', 'sh', '-c', 'cd /home/site; cat page sub/deep; readlink link')
  expect(stdout).toBe('text\ndeep\npage\n')
  expect(await aptorch('cp', 'web:/home/site', 'back')).toEqual(done)
  expect(readFileSync(join(place, 'back', 'sub', 'deep'), 'utf8')).toBe('deep\n')
  expect(readlinkSync(join(place, 'back', 'link'))).toBe('page')
})

test('a file takes the name that it is given, or keeps its own in a folder', async ({ daemon, place }) => {
  const aptorch = inFolder(daemon, place)
  await aptorch('cp', 'site/page', 'web:/tmp/renamed')
  expect(await aptorch('exec', 'web', 'cat', '/tmp/renamed')).toMatchObject({ stdout: 'text\n' })
  expect(await aptorch('cp', 'web:/tmp/renamed', '.')).toEqual(done)
  expect(readFileSync(join(place, 'renamed'), 'utf8')).toBe('text\n')
})

test('a link is copied as one, or with -L what it leads to; a target that is one is what it leads to', async ({
  daemon,
  place,
}) => {
  const aptorch = inFolder(daemon, place)
  await aptorch('exec', 'web', 'sh', '-c', 'mkdir -p /opt/real; ln -s /opt/real /opt/way; echo there > /opt/real/file')
  expect(await aptorch('cp', 'site/page', 'web:/opt/way')).toEqual(done)
  expect(await aptorch('exec', 'web', 'cat', '/opt/real/page')).toMatchObject({ stdout: 'text\n' })
  expect(await aptorch('cp', 'web:/opt/way', 'as-link')).toEqual(done)
  expect(readlinkSync(join(place, 'as-link'))).toBe('/opt/real')
  expect(await aptorch('cp', '-L', 'web:/opt/way', 'as-folder')).toEqual(done)
  expect(readFileSync(join(place, 'as-folder', 'file'), 'utf8')).toBe('there\n')
})

test('an archive goes through a pipe, either way', async ({ daemon, place }) => {
  const line = `tar c -C site . | "$1" cp - web:/var && "$1" cp web:/var/sub - | tar t`
  const env = { APTORCH_HOST: daemon.socket }
  const { code, stdout } = await run('bash', ['-c', line, 'bash', program], { cwd: place, env })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'sub/\nsub/deep\n' })
})

test('the rows of the contract move archives as they are', async ({ daemon, place }) => {
  const line = `tar c -C site page | "$1" writearchive web /usr -q; "$1" readarchive web /usr/page | tar xO`
  const env = { APTORCH_HOST: daemon.socket }
  expect(await run('bash', ['-c', line, 'bash', program], { cwd: place, env })).toMatchObject({
    stdout: expect.stringMatching(/text\n$/),
  })
  expect(await inFolder(daemon, place)('stat', 'web', '/usr/page')).toMatchObject({
    stdout: expect.stringMatching(/type +file[\s\S]*size +5 bytes/),
  })
})

test.for([
  [['cp', 'none', 'web:/'], 1, 'none" is not there'],
  [['cp', 'web:/none', '.'], 1, 'none" is not there'],
  [['cp', 'site', 'web:/etc/passwd'], 1, 'is not a folder'],
  [['cp', 'site', 'web:/none/deeper'], 3, '/none'],
  [['cp', 'site', 'no-such:/'], 3, 'no-such'],
  [['cp', 'site', 'elsewhere'], 2, 'must be in a container'],
  [['cp', 'site'], 2, 'DESTINATION is missing'],
] as const)('what can not be copied says why: %j', async ([args, code, message], { daemon, place }) => {
  const outcome = await inFolder(daemon, place)(...args)
  expect(outcome).toMatchObject({ code, stderr: expect.stringContaining(message) })
})

test('a copy that is broken off leaves nothing behind', async ({ daemon, place }) => {
  await inFolder(daemon, place)(
    'exec',
    'web',
    'sh',
    '-c',
    'mkdir /home/big; head -c 300000000 /dev/zero > /home/big/zero',
  )
  const child = spawn(program, ['cp', 'web:/home/big', 'big'], {
    cwd: place,
    env: { PATH: process.env.PATH, APTORCH_HOST: daemon.socket },
    stdio: 'ignore',
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([130, null])
  expect(existsSync(join(place, 'big'))).toBe(false)
})
