import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { aptorchAt } from '../../cli/aptorch.ts'
import { containerAccount, freePort, inside, test } from '../../harness.ts'

test('a container is published, changed while it runs, paused and resumed by the commands of the README', async ({
  daemon,
  shared,
  image,
}) => {
  const aptorch = aptorchAt(daemon.socket)
  const port = await freePort()
  const limits = ['--memory', '512m', '--cpus', '1.5', '--pids', '200']
  const serve = 'mkdir -p /srv && echo hello >/srv/index.html && exec httpd -f -p 80 -h /srv'
  const start = ['start', image, '--name', 'site', '--publish', `${port}:80`, '-p', '127.0.0.1::53/udp', ...limits]
  expect(await aptorch(...start, '--', 'sh', '-c', serve)).toEqual({ code: 0, stdout: 'site\n', stderr: '' })
  const { pid } = await daemon.client.getcont({ container_name: 'site' })

  const { stdout: ports } = await aptorch('port', 'site')
  expect(ports).toMatch(new RegExp(`^80/tcp -> 0\\.0\\.0\\.0:${port}\\n53/udp -> 127\\.0\\.0\\.1:\\d+\\n$`))
  expect(await aptorch('port', 'site', '80')).toMatchObject({ code: 0, stdout: `0.0.0.0:${port}\n` })
  expect(await aptorch('port', 'site', '81')).toMatchObject({ code: 1, stdout: '' })
  expect((await aptorch('ps')).stdout).toContain(`0.0.0.0:${port}->80/tcp`)

  const more = shared.folder('more', containerAccount)
  writeFileSync(join(more, 'note'), 'more\n')
  const added = await aptorch('volume', 'add', 'site', `${more}:/srv/more:ro`)
  expect(added).toMatchObject({ code: 0, stdout: 'site\n', stderr: expect.stringContaining('bound now') })
  expect(await inside(pid, 'cat /srv/more/note')).toBe('more\n')
  expect((await aptorch('volume', 'ls', 'site')).stdout).toMatch(/\/srv\/more +read-only/)

  const updated = await aptorch('update', 'site', '--memory', '1g', '--pids', 'unlimited')
  expect(updated).toMatchObject({ code: 0, stdout: 'site: cpus 1.5, memory 1 GiB, pids unlimited\n' })

  expect(await aptorch('pause', 'site')).toMatchObject({ code: 0, stdout: 'site\n' })
  expect((await aptorch('ps')).stdout).toMatch(/site .* paused/)
  expect(await aptorch('volume', 'rm', 'site', '/srv/more')).toMatchObject({ code: 1, stderr: /resume it first/ })
  expect(await aptorch('unpause', 'site')).toMatchObject({ code: 0, stdout: 'site\n' })
  const removed = await aptorch('volume', 'rm', 'site', '/srv/more')
  expect(removed).toMatchObject({ code: 0, stderr: expect.stringContaining('taken out now') })
  expect(await inside(pid, 'ls /srv/more')).toBe('')

  const taken = await aptorch('start', image, '--name', 'second', '-p', `${port}:80`)
  expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('taken by the container site') })
  expect(await aptorch('rm', '--force', '--data', 'site')).toMatchObject({ code: 0 })
})
