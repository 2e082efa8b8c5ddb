import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { containerAccount, ended, forever, isAlive, processesIn, test } from '../harness.ts'

describe('the command', () => {
  test('gets its lines, variables and folder as they were sent, whatever is in them', async ({
    daemon,
    image,
    shared,
  }) => {
    const out = shared.folder('out', containerAccount)
    const environment = {
      COMMAS: 'a,b,c=d',
      QUOTES: `it's "quoted" \\ and \`ticked\``,
      LINES: 'one\ntwo\n',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell would take it for a variable
      SHELL_WORDS: '$(touch /out/evaluated) ${HOME} $HOME ; rm -rf /',
      EMPTY: '',
      UNICODE: 'žluťoučký 🐎',
    }
    await daemon.client.start({
      container_name: 'sent',
      image,
      environment,
      working_dir: '/work/of mine',
      binds: { [out]: '/out' },
      container_command: [
        ...Object.keys(environment).map((name) => `printf %s "$${name}" >/out/${name}`),
        'pwd >/out/pwd',
        'hostname >/out/hostname',
        `echo 'it'"'"'s one shell' >/out/shell; there=yes`,
        'echo "$there" >>/out/shell',
      ],
    })

    expect(await ended(daemon, 'sent')).toMatchObject({ state: 'exited', exit_code: 0 })
    const read = (name: string) => readFileSync(join(out, name), 'utf8')
    for (const [name, value] of Object.entries(environment)) expect(read(name), name).toBe(value)
    expect(existsSync(join(out, 'evaluated'))).toBe(false)
    expect(read('pwd')).toBe('/work/of mine\n')
    expect(read('hostname')).toBe('sent\n')
    expect(read('shell')).toBe("it's one shell\nyes\n")
  })

  test('sees nothing of the variables and the home of whoever runs the daemon', async ({ house, image }) => {
    const daemon = await house.start({ environment: { SECRET: 'of the host', HOME: '/root' } })
    const out = house.folder('out', containerAccount)
    const binds = { [out]: '/out' }
    await daemon.client.start({
      container_name: 'clean',
      image,
      binds,
      container_command: ['env >/out/env', 'ls -A ~ >/out/home'],
    })
    await ended(daemon, 'clean')
    expect(readFileSync(join(out, 'env'), 'utf8')).not.toMatch(/SECRET|APTORCH|APPTAINER_(CONFIG|CACHE|TMP)DIR/)
    expect(readFileSync(join(out, 'home'), 'utf8')).toBe('')
  })

  test('that ends is known with its exit code within a second, and leaves no instance', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({
      container_name: 'seven',
      image,
      container_command: ['sleep 0.5', 'false', 'exit 7'],
    })
    expect(processesIn(daemon, 'seven')).toContain(pid)
    const container = await ended(daemon, 'seven')

    expect(container).toMatchObject({
      state: 'exited',
      exit_code: 7,
      container_active: false,
      pid: null,
      container_ip: null,
    })
    const ranMs = Date.parse(container.finished_at ?? '') - Date.parse(container.started_at ?? '')
    expect(ranMs).toBeLessThan(500 + 1000)
    expect(isAlive(pid ?? 0)).toBe(false)
    expect(processesIn(daemon, 'seven')).toEqual([])
  })

  test('that ends at once is known as well', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'at-once', image, container_command: ['exit 3'] })
    expect(await ended(daemon, 'at-once')).toMatchObject({ state: 'exited', exit_code: 3 })
  })

  test('that is killed shows the code that a shell would', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'killed', image, container_command: ['kill -9 $$'] })
    expect(await ended(daemon, 'killed')).toMatchObject({ state: 'exited', exit_code: 137 })
  })

  test('that leaves processes in the background ends with all of them', async ({ daemon, image }) => {
    await daemon.client.start({
      container_name: 'strays',
      image,
      container_command: [`(${forever}) &`, 'sleep 0.3'],
    })
    expect(await ended(daemon, 'strays')).toMatchObject({ state: 'exited', exit_code: 0 })
    expect(processesIn(daemon, 'strays')).toEqual([])
  })
})
