import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { test as base, type Daemon, until } from '../harness.ts'
import { program } from './aptorch.ts'
import { type Sitting, sitDown } from './pty.ts'

/** Sits down at a terminal, with a container that runs. */
const test = base
  .extend('web', { scope: 'file' }, async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'web', image })
    return 'web'
  })
  .extend(
    'sit',
    { scope: 'file' },
    ({ shared }) =>
      (daemon: Daemon, args: string): Sitting =>
        sitDown(shared.folder('terminal'), `${program} ${args}`, { APTORCH_HOST: daemon.socket }),
  )

// A shell's, whichever the image has.
const prompt = /[#$>] /

const endsAsFound = async (sitting: Sitting, code: number) => {
  const ended = await sitting.ended()
  expect(ended.after).toBe(ended.before)
  expect(ended.code).toBe(code)
}

test('a program gets a terminal of the same kind and size, and follows when that changes', async ({
  daemon,
  web,
  sit,
}) => {
  const line = `trap 'stty size' WINCH; tty; stty size; echo "$TERM"; while :; do sleep 0.1; done`
  const sitting = sit(daemon, `exec -it ${web} sh -c "${line.replaceAll('$', '\\$').replaceAll('"', '\\"')}"`)
  await sitting.sees(/\/dev\/pts\/\d+\r+\n24 80\r+\nxterm/)
  await sitting.resize(40, 132)
  await sitting.sees('40 132')
  sitting.type('\x03')
  await endsAsFound(sitting, 130)
})

test('keys reach the program as they are: Ctrl-C interrupts it, Ctrl-D ends its input', async ({
  daemon,
  web,
  sit,
}) => {
  const sitting = sit(daemon, `exec -it ${web} sh`)
  await sitting.sees(prompt)
  sitting.type('sleep 600; echo "was $?"\r')
  await sitting.sees('sleep 600')
  await until('the program to run', async () =>
    (await daemon.client.top({ container_name: web })).processes.some(({ command }) => command === 'sleep 600'),
  )
  sitting.type('\x03')
  sitting.type('echo go""es on\r')
  await sitting.sees('goes on')
  sitting.type('(exit 9)\r')
  sitting.type('\x04')
  await endsAsFound(sitting, 9)
})

test('a full-screen program finds nothing changed in what it sends', async ({ daemon, web, sit }) => {
  const sitting = sit(daemon, `exec -it ${web} sh -c 'stty -opost; printf "a\\nb\\n"; stty opost'`)
  await endsAsFound(sitting, 0)
  expect(sitting.shown()).toContain('a\nb\n')
})

test("a shell needs no more than the container's name", async ({ daemon, web, sit }) => {
  const sitting = sit(daemon, `shell ${web}`)
  await sitting.sees(prompt)
  sitting.type('exit 3\r')
  await endsAsFound(sitting, 3)
})

test('keys leave the terminal and end the program; alone they are typed as they are', async ({ daemon, web, sit }) => {
  const hasShell = async () =>
    (await daemon.client.top({ container_name: web })).processes.some(({ command }) => /(^|\/)sh$/.test(command))
  const sitting = sit(daemon, `exec -it --detach-keys ctrl-x,q ${web} sh`)
  await sitting.sees(prompt)
  expect(await hasShell()).toBe(true)
  sitting.type('echo held\x18\x18')
  sitting.type('q')
  await sitting.sees('left the terminal; the program has been ended with it')
  await endsAsFound(sitting, 0)
  await until('the shell to end', async () => !(await hasShell()))
})

test('a terminal is given back when the daemon dies', async ({ house, image, sit }) => {
  const daemon = await house.start()
  await daemon.client.start({ container_name: 'web', image })
  const sitting = sit(daemon, 'exec -it web sh')
  await sitting.sees(prompt)
  await daemon.kill()
  await sitting.sees('lost the connection to aptorchd')
  await endsAsFound(sitting, 125)
})

test('a terminal is given back when the command line is told to end', async ({ daemon, shared, web }) => {
  const file = join(shared.folder('told'), 'pid')
  const line = `sh -c 'echo $$ > ${file}; exec ${program} exec -it ${web} sh'`
  const sitting = sitDown(shared.folder('terminal'), line, { APTORCH_HOST: daemon.socket })
  await sitting.sees(prompt)
  process.kill(Number(readFileSync(file, 'utf8')), 'SIGTERM')
  await endsAsFound(sitting, 130)
})
