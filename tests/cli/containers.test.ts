import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { containerAccount, ended, forever, isAlive, test } from '../harness.ts'
import { aptorchAt, program, run } from './aptorch.ts'

test('a container is started, listed, stopped, restarted and removed by the commands of the README', async ({
  daemon,
  shared,
  image,
}) => {
  const aptorch = aptorchAt(daemon.socket)
  const data = shared.folder('data', containerAccount)
  const start = ['start', '--image', image, '--name', 'readme', '--volume', `${data}:/data:ro`, '--env', 'A=b']
  expect(await aptorch(...start, '--label', 'owner=x', '--', 'sleep', '600')).toEqual({
    code: 0,
    stdout: 'readme\n',
    stderr: '',
  })

  const { stdout: list } = await aptorch('ps', '--label', 'owner=x')
  expect(list).toMatch(
    /^NAME +IMAGE +STATE +CREATED +IP +COMMAND\nreadme +\S+ +running +(just now|.* ago) +[\d.]+ +sleep 600\n$/,
  )
  expect(await aptorch('volume', 'ls', 'readme')).toMatchObject({ stdout: expect.stringContaining('read-only') })

  expect(await aptorch('stop', 'readme', '--time', '1')).toMatchObject({ code: 0, stdout: 'readme\n' })
  expect(await aptorch('restart', 'readme')).toMatchObject({ code: 0, stdout: 'readme\n' })
  const { pid } = await daemon.client.getcont({ container_name: 'readme' })
  expect(await aptorch('rm', '--force', '--data', 'readme')).toMatchObject({ code: 0, stdout: 'readme\n' })
  expect(isAlive(pid ?? 0)).toBe(false)
  expect(await aptorch('inspect', 'readme')).toMatchObject({ code: 3, stdout: '' })
})

test('the program in the container gets the words and variables that were typed, whatever is in them', async ({
  daemon,
  shared,
  image,
}) => {
  const data = shared.folder('out', containerAccount)
  const words = ['two words', '$HOME', "it's", '*', '', '--json', 'a;b', '-- x', 'line\nline']
  const value = `a,b:c "d" 'e' $f \`g\` \\ =`
  const script = 'printf "%s\\0" "$A" "$@" > /out/words'
  const outcome = await aptorchAt(daemon.socket)(
    ...['start', image, '--name', 'words', '-v', `${data}:/out`, '-e', `A=${value}`],
    ...['--', 'sh', '-c', script, 'sh', ...words],
  )
  expect(outcome).toMatchObject({ code: 0 })
  expect(await ended(daemon, 'words')).toMatchObject({ state: 'exited', exit_code: 0 })
  expect(readFileSync(join(data, 'words'), 'utf8').split('\0').slice(0, -1)).toEqual([value, ...words])
})

test('a script gets exactly what the API says, and names to go on with', async ({ daemon, image }) => {
  const aptorch = aptorchAt(daemon.socket)
  await aptorch('start', image, '--name', 'script', '--label', 'kind=script', '--', 'sh', '-c', 'exit 7')
  await ended(daemon, 'script')
  const { text } = await daemon.request('GET', '/getallcont?label=kind%3Dscript')
  expect(await aptorch('ps', '--label', 'kind=script', '--json')).toEqual({ code: 0, stdout: `${text}\n`, stderr: '' })
  expect(await aptorch('ps', '--label', 'kind=script', '-q')).toMatchObject({ stdout: 'script\n' })
  expect(await aptorch('ps', '--label', 'kind=none', '-q')).toMatchObject({ code: 0, stdout: '' })
  expect(await aptorch('ps', '--label', 'kind=script')).toMatchObject({ stdout: expect.stringContaining('exited (7)') })
  expect(JSON.parse((await aptorch('inspect', 'script')).stdout)).toMatchObject({ exit_code: 7 })
})

test('of several names one that fails holds up none of the others', async ({ daemon, image }) => {
  const aptorch = aptorchAt(daemon.socket)
  for (const name of ['several-1', 'several-2'])
    await aptorch('start', image, '--name', name, '--', 'sh', '-c', forever)
  expect(await aptorch('stop', 'several-1', 'no-such', 'several-2', '--time', '1')).toEqual({
    code: 3,
    stdout: 'several-1\nseveral-2\n',
    stderr: 'aptorch: no-such: there is no container "no-such"\n',
  })
  expect(await aptorch('rm', 'several-1', 'several-2')).toMatchObject({ code: 0, stdout: 'several-1\nseveral-2\n' })
  expect(await aptorch('rmdata', 'several-1', 'several-2')).toMatchObject({ code: 0 })
})

test('a volume is added and taken out by its short spelling', async ({ daemon, shared, image }) => {
  const aptorch = aptorchAt(daemon.socket)
  const data = shared.folder('late', containerAccount)
  await aptorch('start', image, '--name', 'late')
  expect(await aptorch('volume', 'add', 'late', `${data}:/late:ro`)).toMatchObject({ code: 0, stdout: 'late\n' })
  expect(await aptorch('volume', 'ls', 'late')).toMatchObject({ stdout: expect.stringMatching(/\/late +read-only/) })
  expect(await aptorch('volume', 'rm', 'late', '/late')).toMatchObject({ code: 0, stdout: 'late\n' })
  expect(await aptorch('volume', 'rm', 'late', '/late')).toMatchObject({ code: 3 })
})

test('files beside the caller are found: the daemon works in another folder', async ({ daemon, shared, image }) => {
  const cwd = shared.folder('beside', containerAccount)
  mkdirSync(join(cwd, 'data'))
  writeFileSync(join(cwd, 'web.env'), '# settings\nFROM_FILE=1\n')
  const env = { APTORCH_HOST: daemon.socket, HANDED_ON: 'secret' }
  const line = `run ../../${image.split('/').at(-1)} --name beside -v ./data:/data --env-file web.env -e HANDED_ON`
  expect(await run(program, line.split(' '), { cwd, env })).toMatchObject({ code: 0, stdout: 'beside\n' })
  const container = await daemon.client.getcont({ container_name: 'beside' })
  expect(container).toMatchObject({ image, environment: { FROM_FILE: '1', HANDED_ON: 'secret' } })
  expect(Object.keys(container.binds)).toEqual([join(cwd, 'data')])
})

test('a refusal of the daemon ends with 1 and its message, and prints no result', async ({ daemon, image }) => {
  const aptorch = aptorchAt(daemon.socket)
  await aptorch('start', image, '--name', 'twice')
  expect(await aptorch('start', image, '--name', 'twice')).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^aptorch: .*"?twice"?/),
  })
  expect(await aptorch('rm', 'twice')).toMatchObject({ code: 1, stdout: '' })
})

test('what may not be taken for a result goes to standard error', async ({ daemon, image }) => {
  const aptorch = aptorchAt(daemon.socket)
  const { stdout, stderr } = await aptorch('start', image, '--name', 'warned', '--group-add', '["x"]')
  expect(stdout).toBe('warned\n')
  expect(stderr).toMatch(/^warning: .*group_add/)
})

test('a list can be cut short by the next program of a pipe', async ({ daemon }) => {
  const line = `"$1" ps --json --host "$2" | true; exit "\${PIPESTATUS[0]}"`
  expect(await run('bash', ['-c', line, 'bash', program, daemon.socket])).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('completion offers the containers that are there, in a real bash', async ({ daemon, image }) => {
  await aptorchAt(daemon.socket)('start', image, '--name', 'complete-me')
  const line = `
    PATH="$(dirname "$1"):$PATH"; . <(aptorch completion bash)
    COMP_WORDS=("\${@:2}"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _aptorch
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const complete = async (...typed: string[]) => {
    const env = { APTORCH_HOST: daemon.socket }
    const { stdout, stderr } = await run('bash', ['-c', line, 'bash', program, 'aptorch', ...typed], { env })
    expect(stderr).toBe('')
    return stdout.trim().split('\n')
  }
  expect(await complete('stop', 'complete')).toEqual(['complete-me'])
  expect(await complete('vol')).toEqual(['volume'])
  expect(await complete('ps', '--state', '=', 'ru')).toEqual(['running'])
})
