import { describe, expect, test } from 'vitest'
import { readCommandLine } from './command-line.ts'
import type { Invocation } from './invocation.ts'

const files: Readonly<Record<string, string>> = { 'web.env': 'A=file\nB=file\n' }
const surroundings = {
  cwd: '/home/anna',
  env: { HOME: '/home/anna' },
  readFile: (path: string) => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
    return text
  },
}
const read = (...args: string[]) => readCommandLine(args, surroundings, undefined)
const invocation = (...args: string[]) => read(...args) as Invocation
const requestOf = (line: string) => invocation(...line.split(' ')).requests[0]

describe('start', () => {
  test('asks for what its line says', () => {
    const flags = '--name web --volume /srv/data:/data:ro --env A=b --label owner=x'
    expect(requestOf(`start --image docker://alpine:3.20 ${flags} -- echo hi`)).toEqual({
      container_name: 'web',
      image: 'docker://alpine:3.20',
      volumes: [{ host_location: '/srv/data', container_location: '/data', read_only: true }],
      environment: { A: 'b' },
      labels: { owner: 'x' },
      container_command: ['echo hi'],
    })
  })

  test("does what docker's short flags mean, joined to their values as well", () => {
    expect(requestOf('run ./a.sif -eA=1 -e HOME -v./d:/d -p8080:80 -w /work -m512m -lteam')).toEqual({
      image: '/home/anna/a.sif',
      environment: { A: '1', HOME: '/home/anna' },
      volumes: [{ host_location: '/home/anna/d', container_location: '/d' }],
      ports: [{ host_port: 8080, container_port: 80 }],
      working_dir: '/work',
      memory: 536_870_912,
      labels: { team: '' },
    })
  })

  test('leaves the words behind -- to the container, flags and all', () => {
    const [request] = invocation('start', 'docker://a', '--', 'ls', '-eX', '--json', '--', 'two words').requests
    expect(request?.container_command).toEqual(["ls -eX --json -- 'two words'"])
  })

  test('takes what is named one by one over what a file says', () => {
    expect(requestOf('start docker://a -e A=flag --env-file web.env')?.environment).toEqual({ A: 'flag', B: 'file' })
  })

  test('still takes the older form of an image', () => {
    const line = 'start --image-distributor docker --image-os ubuntu --image-version 22.04 --enviroment A=b'
    expect(requestOf(line)).toEqual({
      image_distributor: 'docker',
      image_os: 'ubuntu',
      image_version: '22.04',
      enviroment: { A: 'b' },
    })
  })
})

describe('other subcommands', () => {
  test.each([
    ['stop web -t 5', [{ container_name: 'web', timeout_s: 5 }]],
    ['stop web db web', [{ container_name: 'web' }, { container_name: 'db' }]],
    ['stop --name web', [{ container_name: 'web' }]],
    ['restart web --force', [{ container_name: 'web', force: true }]],
    ['ps --label a -l b=c --limit 2', [{ label: ['a', 'b=c'], limit: 2 }]],
    ['inspect 007', [{ container_name: '007' }]],
    ['volume add web ./d:/d', [{ container_name: 'web', host_location: '/home/anna/d', container_location: '/d' }]],
    [
      'createvolume --name web /d:/d:ro',
      [{ container_name: 'web', host_location: '/d', container_location: '/d', read_only: true }],
    ],
    ['volume rm web /d', [{ container_name: 'web', container_location: '/d' }]],
  ])('ask for what was typed: %s', (line, requests) => {
    expect(invocation(...line.split(' ')).requests).toEqual(requests)
  })

  test.each([
    ['getallcont', 'getallcont'],
    ['ps', 'getallcont'],
    ['rm web', 'deletecont'],
    ['deletevolume web /d', 'removevolume'],
    ['volume ls web', 'getcont'],
  ])('are found under the name of the route and under those that people try: %s', (line, route) => {
    expect(invocation(...line.split(' ')).command.row.name).toBe(route)
  })

  test('take the flags for everything before and after their name', () => {
    expect(invocation('--json', '-H', '/s', 'ps')).toMatchObject({ output: 'json', host: '/s' })
    expect(invocation('ps', '-q')).toMatchObject({ output: 'names', host: undefined })
  })
})

describe('who types something wrong is told before anything is done:', () => {
  test.each([
    ['stpo', 'unknown command "stpo"; did you mean stop?'],
    ['volume ad', 'unknown command "volume ad"; did you mean volume add?'],
    ['volume', 'volume: a command is missing; there are add, rm, ls'],
    ['--quite', 'unknown flag --quite; did you mean --quiet?'],
    ['stop --nmae web', 'unknown flag --nmae; did you mean --name?'],
    ['stop', 'NAME is missing'],
    ['stop --time', '--time needs a value'],
    ['start -e', '-e needs a value'],
    ['volume add web', 'VOLUME is missing'],
    ['volume add web /d', '--host-location is missing'],
    ['start docker://a -v x', '--volume: got "x", want HOST:CONTAINER'],
    ['start docker://a ls', 'unexpected argument "ls"; what is to run in the container stands behind --'],
    ['start docker://a --network brige', '--network: got "brige", want bridge, host or none'],
    ['start docker://a --env-file none', '--env-file: no such file: none'],
    ['ps --limit all', '--limit: got "all", want a number'],
    ['completion fish', 'completion: got "fish", want bash or zsh'],
  ])('%s', (line, message) => {
    expect(() => read(...line.split(' '))).toThrow(message)
  })
})

describe('help', () => {
  test('alone, asked for and asked for by its word shows the subcommands', () => {
    expect(read()).toContain('aptorch ps')
    expect(read('--help')).toBe(read())
    expect(read('help')).toBe(read())
  })

  test('of a subcommand shows its flags, but not the older forms', () => {
    const help = read('help', 'start')
    expect(help).toBe(read('start', '--help'))
    expect(help).toContain('--volume')
    expect(help).not.toContain('--enviroment')
  })

  test('leads to a nested subcommand', () => {
    expect(read('volume', 'add', '-h')).toContain('aptorch volume add NAME VOLUME [options]')
  })
})
