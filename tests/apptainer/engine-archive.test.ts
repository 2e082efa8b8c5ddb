import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect } from 'vitest'
import { createEngine } from '../../packages/daemon/src/apptainer/engine.ts'
import { openGuestTools } from '../../packages/daemon/src/apptainer/guest-tools/guest-tools.ts'
import { createApptainer } from '../../packages/daemon/src/apptainer/run.ts'
import type { ContainerFiles, StartPlan } from '../../packages/daemon/src/engine.ts'
import { createLog } from '../../packages/daemon/src/log.ts'
import { openHome } from '../../packages/daemon/src/open-home.ts'
import {
  containerAccount as account,
  apptainerPath,
  test as base,
  forever,
  isRoot,
  makeFolder,
  processesOf,
  until,
} from '../harness.ts'

const volume = (host_location: string, container_location: string, read_only = false) => ({
  host_location,
  container_location,
  read_only,
})

/** Prepares files in the container. */
const prepare = [
  'mkdir -p /srv/t/sub /srv/empty && cd /srv/t && echo content >file && ln file hard && ln -s sub link && ln -s /none dead',
  'chown 1000:1001 file && chmod 4750 file && touch -d @1000000000 file && truncate -s 20M sparse',
  'echo x >"sub/back\\\\tslash" && echo x >"sub/a b" && mkfifo fifo && ln -s "$OUT" /escape',
  'mount -t tmpfs -o size=64k tmpfs /mnt',
  'touch /srv/ready',
]

/** An engine, and a container of it that is taken as running or as stopped. */
const test = base
  .extend('engine', { scope: 'file' }, async ({ shared }) => {
    const home = await openHome(shared.home)
    const folders = home.accountOf(account.name)
    for (const folder of [folders.root, folders.making]) mkdirSync(folder, { mode: 0o755 })
    for (const folder of [folders.instances, folders.images, folders.cache, folders.tmp]) mkdirOwned(folder)
    const log = createLog({ debug: false, stream: process.stderr, colour: false })
    const path = apptainerPath()
    const apptainer = createApptainer(path, {}, log)
    return createEngine({ home, path, apptainer, account, tools: await openGuestTools(home.tools), holder: [] })
  })
  .extend('outside', { scope: 'file' }, ({ shared }) => {
    const outside = shared.folder('outside', account)
    writeFileSync(join(outside, 'secret'), 'secret')
    return outside
  })
  .extend('plan', { scope: 'file' }, async ({ shared, engine, image, outside }): Promise<StartPlan> => {
    void engine // which has made the home
    const rootfs = join(shared.folder('image', account), 'rootfs')
    cpSync(image, rootfs, { recursive: true, verbatimSymlinks: true })
    mkdirSync(join(rootfs, 'mnt'))
    if (isRoot) execFileSync('chown', ['-Rh', `${account.uid}:${account.gid}`, rootfs])
    const data = join(shared.home, 'web:busybox')
    mkdirSync(data, { mode: 0o755 })
    mkdirOwned(join(data, 'overlay'))
    const volumes = [
      volume(shared.folder('rw', account), '/rw'),
      volume(makeFolder(shared.folder('ro', account), 'in', account), '/ro', true),
    ]
    const confines = { cgroup: [], namespace: null }
    return {
      container: 'web',
      account,
      rootfs,
      data,
      command: [...prepare, forever],
      workingDir: null,
      environment: { OUT: outside },
      volumes,
      confines,
      isolated: false,
      gpu: null,
    }
  })

const mkdirOwned = (path: string) => {
  mkdirSync(path, { mode: 0o700 })
  if (isRoot) execFileSync('chown', [`${account.uid}:${account.gid}`, path])
}

const running = test.extend(
  'files',
  { scope: 'file' },
  async ({ engine, plan }, { onCleanup }): Promise<ContainerFiles> => {
    const process = (await engine.find('web', account)) ?? (await engine.start(plan))
    onCleanup(() => engine.stop({ container: 'web', account, process }, 0))
    const files = { ...plan, running: { process, confines: plan.confines } }
    await until('the files to be there', () => engine.stat(files, '/srv/ready').catch(() => undefined))
    return files
  },
)

const stopped = test.extend('files', { scope: 'file' }, async ({ engine, plan }): Promise<ContainerFiles> => {
  const process = await engine.start(plan)
  const files = { ...plan, running: { process, confines: plan.confines } }
  await until('the files to be there', () => engine.stat(files, '/srv/ready').catch(() => undefined))
  await engine.stop({ container: 'web', account, process }, 0)
  return { ...plan, running: null }
})

/** What tar(1) lists: mode, owner, size, name and where a link leads. */
const list = (archive: Buffer): string[] =>
  execFileSync('tar', ['-tv', '--numeric-owner', '-f', '-'], { input: archive, encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.replace(/^(\S+ \S+) +(\d+) \S+ \S+ /, '$1 $2 '))
    .sort()

/** Makes an archive of files with this content by tar(1) on the host. */
const tarOf = (folder: string, entries: Readonly<Record<string, string>>, ...args: string[]): Buffer => {
  const source = makeFolder(folder, 'source')
  for (const [name, content] of Object.entries(entries)) {
    mkdirSync(join(source, name, '..'), { recursive: true })
    writeFileSync(join(source, name), content)
  }
  const names = Object.keys(entries)
  return execFileSync('tar', [
    '-C',
    source,
    '-P',
    '-c',
    '--owner=0',
    '--group=0',
    ...args,
    ...(args.length > 0 ? [] : names),
  ])
}

for (const [state, here] of [
  ['runs', running],
  ['is stopped', stopped],
] as const) {
  describe(`in a container that ${state}`, () => {
    here('a path says what is there', async ({ engine, files }) => {
      expect(await engine.stat(files, '/srv/t/file')).toEqual({
        name: 'file',
        type: 'file',
        size: 8,
        mode: 0o4750,
        modified_at: '2001-09-09T01:46:40.000Z',
        link_target: null,
        target_type: null,
      })
      expect(await engine.stat(files, '/srv/t/link')).toMatchObject({
        type: 'link',
        link_target: 'sub',
        target_type: 'folder',
      })
      expect(await engine.stat(files, '/srv/t/dead')).toMatchObject({ type: 'link', target_type: 'missing' })
      expect(await engine.stat(files, '/srv/t/link/')).toMatchObject({ type: 'folder', name: 'link' })
      expect(await engine.stat(files, '/srv/t/fifo')).toMatchObject({ type: 'other' })
      expect(await engine.stat(files, '/')).toMatchObject({ type: 'folder', name: '/' })
    })

    here('a folder is read with owners, modes, links and holes', async ({ engine, files }) => {
      const { stat, archive, ended } = await engine.readArchive(files, '/srv/t', { follow: false })
      const read = await buffer(archive)
      await ended
      expect(stat).toMatchObject({ name: 't', type: 'folder' })
      expect(read.length).toBeLessThan(100_000)
      const rest = list(read).filter((line) => !/ t\/(file|hard)/.test(line))
      expect(rest).toEqual([
        '-rw-r--r-- 0/0 2 t/sub/a b',
        '-rw-r--r-- 0/0 2 t/sub/back\\\\tslash',
        '-rw-r--r-- 0/0 20971520 t/sparse',
        'drwxr-xr-x 0/0 0 t/',
        'drwxr-xr-x 0/0 0 t/sub/',
        'lrwxrwxrwx 0/0 0 t/dead -> /none',
        'lrwxrwxrwx 0/0 0 t/link -> sub',
        'prw-r--r-- 0/0 0 t/fifo',
      ])
      const [one = '', two = ''] = list(read).filter((line) => / t\/(file|hard)/.test(line))
      expect(one).toMatch(/^-rwsr-x--- 1000\/1001 8 t\/(file|hard)$/)
      expect(two).toMatch(/^hrwsr-x--- 1000\/1001 0 t\/(file|hard) link to t\/(file|hard)$/)
    })

    here.for([
      ['/srv/t/link', false, 'link -> sub'],
      ['/srv/t/link', true, 'link/'],
      ['/srv/t/link/', false, 'link/'],
      ['/srv/t/sub/.', false, './'],
      ['/srv/t/sub/', false, 'sub/'],
      ['/srv/t/file', true, 'file'],
      ['/srv/t/sub/back\\tslash', false, 'back\\\\tslash'],
    ] as const)('%s, links followed: %s, is read as %s', async ([path, follow, name], { engine, files }) => {
      const { archive } = await engine.readArchive(files, path, { follow })
      expect(list(await buffer(archive)).map((line) => line.replace(/^\S+ \S+ \d+ /, ''))).toContain(name)
    })

    here.for([
      ['/srv/none', 'path_not_found', 'no such path'],
      ['/escape/secret', 'path_not_found', 'no such path'],
      ['/srv/t/file/x', 'invalid_field', 'not a folder'],
      [`/${'x'.repeat(300)}`, 'invalid_field', 'leads nowhere'],
    ] as const)('%s is not read: %s', async ([path, code, message], { engine, files }) => {
      const failure = { code, message: expect.stringContaining(message) }
      await expect(engine.stat(files, path)).rejects.toMatchObject(failure)
      await expect(engine.readArchive(files, path, { follow: false })).rejects.toMatchObject(failure)
    })

    here('what is read is unpacked as it was, elsewhere', async ({ engine, files }) => {
      const first = await buffer((await engine.readArchive(files, '/srv/t', { follow: false })).archive)
      await engine.writeArchive(files, '/rw', Readable.from([first]))
      const second = await buffer((await engine.readArchive(files, '/rw/t', { follow: false })).archive)
      expect(list(second)).toEqual(list(first))
    })

    here('a folder that is there keeps its mode, and a link to one stays', async ({ engine, files, shared }) => {
      const archive = tarOf(shared.folder('tar'), { 'link/new': 'x' }, '--mode=0700', '.')
      await engine.writeArchive(files, '/srv/t', Readable.from([archive]))
      expect(await engine.stat(files, '/srv/t')).toMatchObject({ mode: 0o755 })
      expect(await engine.stat(files, '/srv/t/link')).toMatchObject({ type: 'link' })
      expect(await engine.stat(files, '/srv/t/sub/new')).toMatchObject({ type: 'file' })
    })

    here('an owner that is out of range costs nothing', async ({ engine, files, shared }) => {
      const archive = tarOf(shared.folder('tar'), { odd: 'x' }, '--owner=:70000', 'odd')
      await engine.writeArchive(files, '/srv', Readable.from([archive]))
      expect(await engine.stat(files, '/srv/odd')).toMatchObject({ size: 1 })
    })

    here.for([
      ['/srv/none', {}, 'path_not_found', 'no such path'],
      ['/srv/t/file', {}, 'invalid_field', 'not a folder'],
      ['/ro', {}, 'invalid_field', 'read-only'],
      ['/srv', { t: 'a file' }, 'invalid_field', '"t" is there, and is a folder'],
      ['/srv/t', { 'file/x': '' }, 'invalid_field', '"file" is there, and is not a folder'],
    ] as const)('in %s is not unpacked %j', async ([path, entries, code, message], { engine, files, shared }) => {
      const archive = tarOf(shared.folder('tar'), { ...(Object.keys(entries).length > 0 ? entries : { a: '' }) })
      const done = engine.writeArchive(files, path, Readable.from([archive]))
      await expect(done).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
    })

    here.for(['../evil', '/evil', 'a/../../evil'])(
      'an entry %s is refused by its name',
      async (name, { engine, files, shared }) => {
        const archive = tarOf(shared.folder('tar'), { a: '' }, `--transform=s,.*,${name},`, 'a')
        const done = engine.writeArchive(files, '/srv/empty', Readable.from([archive]))
        await expect(done).rejects.toMatchObject({
          code: 'invalid_field',
          message: expect.stringContaining(`"${name}"`),
        })
        await expect(engine.stat(files, '/evil')).rejects.toMatchObject({ code: 'path_not_found' })
        await expect(engine.stat(files, '/srv/evil')).rejects.toMatchObject({ code: 'path_not_found' })
      },
    )

    here.for([
      ['nothing', () => [], 'incomplete'],
      ['noise', () => [Buffer.alloc(10_240, 'noise')], 'not a tar archive'],
      ['a compressed one', (tar: Buffer) => [execFileSync('gzip', ['-c'], { input: tar })], 'compressed'],
      ['half of one', (tar: Buffer) => [tar.subarray(0, 5000)], 'incomplete'],
    ] as const)('an archive that is %s is refused', async ([, make, message], { engine, files, shared }) => {
      const archive = tarOf(shared.folder('tar'), { a: 'x'.repeat(20_000) })
      const done = engine.writeArchive(files, '/srv/empty', Readable.from(make(archive)))
      await expect(done).rejects.toMatchObject({ code: 'invalid_field', message: expect.stringContaining(message) })
    })

    here(
      'who sends an archive and leaves, or reads one and leaves, leaves nothing',
      async ({ engine, files, shared }) => {
        const before = processesOf(shared.home).length
        const { archive, ended } = await engine.readArchive(files, '/', { follow: false })
        await once(archive, 'readable')
        archive.destroy()
        await ended
        const tar = tarOf(shared.folder('tar'), { a: 'x'.repeat(20_000) })
        const sent = new Readable({ read: () => undefined })
        sent.push(tar.subarray(0, 5000))
        const done = engine.writeArchive(files, '/srv/empty', sent)
        setTimeout(() => sent.destroy(new Error('connection lost')), 100)
        await expect(done).rejects.toMatchObject({
          code: 'invalid_field',
          message: expect.stringContaining('connection lost'),
        })
        await until('all to be over', () => processesOf(shared.home).length <= before)
      },
    )
  })
}

running('a full disk is told', async ({ engine, files, shared }) => {
  const archive = tarOf(shared.folder('tar'), { big: 'x'.repeat(200_000) })
  const done = engine.writeArchive(files, '/mnt', Readable.from([archive]))
  await expect(done).rejects.toMatchObject({ code: 'disk_full' })
})

test('a container that ends fails the archive that is being read', async ({ engine, plan }) => {
  const process = await engine.start({
    ...plan,
    command: [...plan.command.slice(0, -1), 'dd if=/dev/zero of=/big bs=1M count=64', forever],
  })
  const files = { ...plan, running: { process, confines: plan.confines } }
  await until(
    'the file to be there',
    async () => (await engine.stat(files, '/big').catch(() => undefined))?.size === 2 ** 26,
  )
  const { archive, ended } = await engine.readArchive(files, '/big', { follow: false })
  await once(archive, 'readable')
  await engine.stop({ container: 'web', account, process }, 0)
  await expect(buffer(archive)).rejects.toMatchObject({ code: 'archive_failed' })
  await ended
})
