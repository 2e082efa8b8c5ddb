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
const port = (host_port: number, container_port: number) => ({ host_port, container_port })
const volume = { host_location: '/home/anna/d', container_location: '/d' }
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

describe('network, ports and limits', () => {
  test.each([
    ['--network bridge', { network: 'bridge' }],
    ['--network=host', { network: 'host' }],
    ['--net none', { network: 'none' }],
    ['--publish 8080:80 -p 53:53/udp', { ports: [port(8080, 80), { ...port(53, 53), protocol: 'udp' }] }],
    ['-p 80 -p8443:443', { ports: [{ container_port: 80 }, port(8443, 443)] }],
    ['-p 127.0.0.1:8080:80', { ports: [{ ...port(8080, 80), host_ip: '127.0.0.1' }] }],
    ['--cpus 1.5', { cpus: 1.5 }],
    ['--cpus=.5', { cpus: 0.5 }],
    ['-m 512m', { memory: 536_870_912 }],
    ['--memory=1.5GiB', { memory: 1_610_612_736 }],
    ['--pids 200', { pids: 200 }],
    ['--pids-limit 200', { pids: 200 }],
    ['-v ./d:/d:ro,U', { volumes: [{ ...volume, read_only: true, chown: true }] }],
  ])('of a new container are spelled as with docker and podman: %s', (flags, asked) => {
    expect(requestOf(`start docker://a ${flags}`)).toEqual({ image: 'docker://a', ...asked })
  })

  test.each([
    ['--cpus 2 --memory 1g --pids 200', { cpus: 2, memory: 1_073_741_824, pids: 200 }],
    ['--memory 0', { memory: 0 }],
    ['--memory none', { memory: 0 }],
    ['--memory -1', { memory: 0 }],
    ['-m -1', { memory: 0 }],
    ['--memory=-1', { memory: 0 }],
    ['--cpus unlimited --pids-limit -1', { cpus: 0, pids: 0 }],
  ])('change, and limits are taken away: %s', (flags, asked) => {
    expect(requestOf(`update web ${flags}`)).toEqual({ container_name: 'web', ...asked })
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
    ['volume add web ./d:/d:U', [{ container_name: 'web', ...volume, chown: true }]],
    ['volume add web ./d:/d --chown --read-only', [{ container_name: 'web', ...volume, chown: true, read_only: true }]],
    ['volume rm web /d', [{ container_name: 'web', container_location: '/d' }]],
    ['volume rm web /d -f', [{ container_name: 'web', container_location: '/d', force: true }]],
    ['volume rm --force web ./d:/d:U', [{ container_name: 'web', ...volume, force: true }]],
    ['restart -f web', [{ container_name: 'web', force: true }]],
    ['pause web db', [{ container_name: 'web' }, { container_name: 'db' }]],
    ['unpause web db', [{ container_name: 'web' }, { container_name: 'db' }]],
    [
      'update web db --pids 99',
      [
        { container_name: 'web', pids: 99 },
        { container_name: 'db', pids: 99 },
      ],
    ],
    ['port web', [{ container_name: 'web' }]],
    ['port web 80', [{ container_name: 'web', port: { container_port: 80, protocol: 'tcp' } }]],
    ['port --name web 53/udp', [{ container_name: 'web', port: { container_port: 53, protocol: 'udp' } }]],
  ])('ask for what was typed: %s', (line, requests) => {
    expect(invocation(...line.split(' ')).requests).toEqual(requests)
  })

  test.each([
    ['getallcont', 'getallcont'],
    ['ps', 'getallcont'],
    ['rm web', 'deletecont'],
    ['deletevolume web /d', 'removevolume'],
    ['volume ls web', 'getcont'],
    ['port web', 'getcont'],
    ['resume web', 'resume'],
    ['unpause web', 'resume'],
  ])('are found under the name of the route and under those that people try: %s', (line, route) => {
    expect(invocation(...line.split(' ')).command.row.name).toBe(route)
  })

  test('take the flags for everything before and after their name', () => {
    expect(invocation('--json', '-H', '/s', 'ps')).toMatchObject({ output: 'json', host: '/s' })
    expect(invocation('ps', '-q')).toMatchObject({ output: 'names', host: undefined })
  })
})

describe('a program in a container', () => {
  const web = { container_name: 'web' }
  test.each([
    ['exec web ls -l /', { ...web, command: ['ls', '-l', '/'] }],
    ['exec web -- ls -l /', { ...web, command: ['ls', '-l', '/'] }],
    ['exec web sh -c x -- y', { ...web, command: ['sh', '-c', 'x', '--', 'y'] }],
    ['exec --name web ls --name db', { ...web, command: ['ls', '--name', 'db'] }],
    ['exec --name=web -w /srv -- ls', { ...web, working_dir: '/srv', command: ['ls'] }],
    [
      'exec -eA=b -w/srv -u0:0 web ls',
      { ...web, environment: { A: 'b' }, working_dir: '/srv', user: '0:0', command: ['ls'] },
    ],
    ['exec -itu root web sh', { ...web, user: 'root', command: ['sh'] }],
    ['exec -ituroot -eA web sh', { ...web, user: 'root', environment: {}, command: ['sh'] }],
    ['exec --time 1m30s web make', { ...web, timeout_s: 90, command: ['make'] }],
    ['-H /s exec web ls', { ...web, command: ['ls'] }],
    ['shell web', web],
    ['shell web bash -l', { ...web, command: ['bash', '-l'] }],
    ['shell --detach-keys ctrl-a web', { ...web, detach_keys: 'ctrl-a' }],
  ])('gets all that stands behind the name: %s', (line, request) => {
    expect(invocation(...line.split(' ')).requests).toEqual([request])
  })

  test('is given a terminal and input by -t and -i, together or apart', () => {
    expect(invocation('exec', '-it', 'web', 'sh').flags).toEqual(new Set(['interactive', 'tty']))
    expect(invocation('exec', '-i', 'web', 'sh', '-t').flags).toEqual(new Set(['interactive']))
  })
})

describe('what is watched', () => {
  test.each([
    ['logs -f -n 10 -t web', { container_name: 'web', follow: true, tail: 10, timestamps: true }],
    ['logs --tail all --since 1h30m web', { container_name: 'web', since: '1h30m' }],
    ['logs --stream stderr --until 10m web', { container_name: 'web', stream: 'stderr', until: '10m' }],
    ['stats', {}],
    ['stats web db --interval 500ms', { container_name: ['web', 'db'], interval_s: 0.5 }],
    [
      'events --type exited --type failed --since 7 -l a=b web',
      { container_name: ['web'], type: ['exited', 'failed'], since: '7', label: ['a=b'] },
    ],
    ['wait web --until healthy --timeout 1m', { container_name: 'web', until: 'healthy', timeout_s: 60 }],
    ['top web', { container_name: 'web' }],
    ['stat web /srv', { container_name: 'web', path: '/srv' }],
    ['readarchive -L web /srv', { container_name: 'web', path: '/srv', follow_link: true }],
    ['cp a b web:/srv', { paths: ['a', 'b', 'web:/srv'] }],
    ['cp - web:/srv', { paths: ['-', 'web:/srv'] }],
  ])('is asked for as with docker: %s', (line, request) => {
    expect(invocation(...line.split(' ')).requests).toEqual([request])
  })
})

describe('health and restarts', () => {
  test('are spelled as with docker and podman', () => {
    const flags = '--health-interval 1m30s --health-timeout 5 --health-retries 2 --health-start-period 500ms'
    expect(
      invocation(
        'start',
        'docker://a',
        '--health-cmd',
        'wget -q localhost',
        ...flags.split(' '),
        '--health-on-failure=restart',
      ).requests[0]?.health,
    ).toEqual({
      command: 'wget -q localhost',
      interval_s: 90,
      timeout_s: 5,
      retries: 2,
      start_period_s: 0.5,
      on_unhealthy: 'restart',
    })
  })

  test.each(['no', 'always', 'unless-stopped', 'on-failure', 'on-failure:5'])('--restart %s', (policy) => {
    expect(requestOf(`start docker://a --restart ${policy}`)?.restart_policy).toBe(policy)
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
    ['volume add web /d', 'VOLUME says too little; want HOST:CONTAINER'],
    ['start docker://a -v x', '--volume: got "x", want HOST:CONTAINER'],
    ['start docker://a ls', 'unexpected argument "ls"; what is to run in the container stands behind --'],
    ['start docker://a --network brige', '--network: got "brige", want bridge, host or none'],
    ['start docker://a --env-file none', '--env-file: no such file: none'],
    ['start docker://a -p http', '--publish: got "http", want HOST:CONTAINER'],
    ['start docker://a --memory lots', '--memory: got "lots", want a size such as 512m'],
    ['update web --pids few', '--pids: got "few", want a number'],
    ['update web --network host', 'unknown flag --network'],
    ['port', 'NAME is missing'],
    ['port web http', 'PORT[/PROTOCOL]: got "http", want a port of the container'],
    ['port web 80 81', 'unexpected argument "81"'],
    ['inspect web --port 80', 'unknown flag --port'],
    ['ps --limit all', '--limit: got "all", want a number'],
    ['exec web', 'PROGRAM is missing: what is to run in the container'],
    ['exec', 'NAME is missing'],
    ['exec --itneractive web sh', 'unknown flag --itneractive; did you mean --interactive?'],
    ['logs web db', 'unexpected argument "db"'],
    ['logs --tail few web', '--tail: got "few", want a number'],
    ['events --type exploded', '--type: got "exploded", want daemon_started'],
    ['wait web --until soon', '--until: got "soon", want exited, running or healthy'],
    ['wait web --timeout soon', '--timeout: got "soon", want a number of seconds'],
    ['start docker://a --restart sometimes', '--restart: got "sometimes", want no, always'],
    ['start docker://a --health-retries few', '--health-retries: got "few", want a whole number'],
    ['start docker://a --health-on-unhealthy kill', '--health-on-unhealthy: got "kill", want none or restart'],
    ['cp', 'SOURCE... DESTINATION is missing'],
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

  test.each(['start', 'update'])('of %s tells how a limit is spelled, and claims no gaps', (name) => {
    const help = read('help', name)
    expect(help).toContain('such as 512m or 2g')
    expect(help).not.toContain('in bytes')
    expect(help).not.toContain('not in this version')
  })

  test('of what an answer holds in part has a signature and an example of its own', () => {
    const help = read('port', '--help')
    expect(help).toContain('aptorch port NAME [PORT[/PROTOCOL]] [options]')
    expect(help).toContain('aptorch port web 80/tcp')
  })

  test.each([
    ['exec', 'aptorch exec [options] NAME PROGRAM [ARGUMENT...]'],
    ['shell', 'aptorch shell [options] NAME [PROGRAM [ARGUMENT...]]'],
    ['logs', 'aptorch logs NAME [options]'],
    ['stats', 'aptorch stats [NAME]... [options]'],
    ['cp', 'aptorch cp SOURCE... DESTINATION [options]'],
    ['readarchive', 'aptorch readarchive NAME PATH [options]'],
  ])('of %s shows where its options stand', (name, signature) => {
    expect(read(name, '--help')).toContain(signature)
  })

  test('leads to a nested subcommand', () => {
    expect(read('volume', 'add', '-h')).toContain('aptorch volume add NAME VOLUME [options]')
  })
})
