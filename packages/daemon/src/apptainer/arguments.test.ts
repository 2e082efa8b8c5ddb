import { expect, test } from 'vitest'
import type { StartPlan } from '../engine.ts'
import { buildArguments, containerEnvironment, startArguments } from './arguments.ts'

const plan: StartPlan = {
  container: 'web',
  account: { name: 'aptorch-ct', uid: 999, gid: 994 },
  rootfs: '/home/images/x/rootfs',
  data: '/home/web:ubuntu',
  command: ['true'],
  workingDir: null,
  environment: {},
  volumes: [
    { host_location: '/srv/a', container_location: '/a', read_only: true },
    { host_location: '/srv/b', container_location: '/b', read_only: false },
  ],
  gpu: null,
  confines: { cgroup: [], namespace: null },
  isolated: false,
}
const files = { folder: '/home/run/web', tools: '/home/tools/1', startScript: '/home/run/web/startscript' }

/** The values that a flag is given, in order. */
const valuesOf = (args: string[], flag: string) => args.flatMap((arg, index) => (arg === flag ? [args[index + 1]] : []))

test('a container never starts as root of the host, nor with its home, nor through a shell that evaluates', () => {
  const args = startArguments(plan, files)
  expect(args).toEqual(expect.arrayContaining(['--fakeroot', '--contain', '--cleanenv', '--no-home', '--no-eval']))
  expect(args.slice(-2)).toEqual([plan.rootfs, 'web'])
})

test('volumes are bound as they were asked for, to read or to write', () => {
  expect(valuesOf(startArguments(plan, files), '--bind')).toEqual([
    '/home/run/web:/.aptorch:rw',
    '/home/tools/1:/.aptorch/tools:ro',
    '/home/run/web/startscript:/.singularity.d/startscript:ro',
    '/srv/a:/a:ro',
    '/srv/b:/b:rw',
  ])
})

test('the data folder, which has a colon in its path, is named by no argument', () => {
  expect(startArguments(plan, files).join(' ')).not.toContain(plan.data)
  expect(valuesOf(startArguments(plan, files), '--overlay')).toEqual(['overlay'])
})

test.for([
  [null, []],
  ['nvidia', ['--nv']],
  ['rocm', ['--rocm']],
] as const)('the graphics processor %s is passed on by %j', ([gpu, flags]) => {
  const given = startArguments({ ...plan, gpu }, files).filter((arg) => arg === '--nv' || arg === '--rocm')
  expect(given).toEqual(flags)
})

test('a network without any way out is asked for only where it is wanted', () => {
  expect(valuesOf(startArguments(plan, files), '--network')).toEqual([])
  expect(valuesOf(startArguments({ ...plan, isolated: true }, files), '--network')).toEqual(['none'])
})

test('TLS is left out only where the registry is on loopback', () => {
  const order = {
    account: plan.account,
    source: 'docker://x/y',
    remote: true,
    target: '/t',
    signal: new AbortController().signal,
    onStart: async () => undefined,
  }
  expect(buildArguments({ ...order, insecure: false })).not.toContain('--no-https')
  expect(buildArguments({ ...order, insecure: true })).toContain('--no-https')
  expect(buildArguments({ ...order, insecure: true }).slice(-2)).toEqual(['/t', 'docker://x/y'])
})

test('variables travel whole, and can not become settings of Apptainer', () => {
  expect(containerEnvironment({ A: 'x,y="z"\n$(q)', APPTAINER_BIND: '/' })).toEqual({
    APPTAINERENV_A: 'x,y="z"\n$(q)',
    APPTAINERENV_APPTAINER_BIND: '/',
  })
})
