import { describe, expect } from 'vitest'
import { readSave, test } from '../harness.ts'

interface Row {
  readonly title: string
  readonly method?: string
  readonly path?: string
  /** Laid over a good request of /start. */
  readonly start?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly status?: number
  readonly code: string
  /** What the message must name. */
  readonly says: string | RegExp
}

const names = ['../x', '-x', '', '.', 'a b', 'a/b', 'x'.repeat(200), 'ä', 'a\n']
const hostPaths = ['data', './data', '/a/../b', '/a,b', '/a:b', '/a\nb', '/a\\b', '']
const inContainer = [
  'data',
  '/',
  '//',
  '/proc',
  '/sys/x',
  '/dev/',
  '/.aptorch',
  '/.singularity.d/env',
  '/a/../proc',
  '/a:b',
]

const rows: readonly Row[] = [
  { title: 'no body', body: undefined, path: '/start', code: 'missing_body', says: 'body' },
  { title: 'broken JSON', body: '{"image": ', path: '/start', code: 'invalid_json', says: 'JSON' },
  { title: 'a list', body: [], path: '/start', code: 'invalid_json', says: 'object' },
  { title: 'a word', body: '"start"', path: '/start', code: 'invalid_json', says: 'object' },
  { title: 'null', body: 'null', path: '/start', code: 'invalid_json', says: 'object' },
  { title: 'an empty object', body: {}, path: '/start', code: 'missing_field', says: 'image' },
  {
    title: 'a field of the wrong type',
    start: { container_command: 'ls' },
    code: 'invalid_field',
    says: 'container_command',
  },
  {
    title: 'a wrong type deep inside',
    start: { container_command: ['ls', 7] },
    code: 'invalid_field',
    says: 'container_command[1]',
  },
  { title: 'a wrong value of a map', start: { environment: { A: 1 } }, code: 'invalid_field', says: 'environment.A' },
  {
    title: 'a wrong name in a map',
    start: { environment: { 'A B': '' } },
    code: 'invalid_field',
    says: /environment.*A B/,
  },
  { title: 'an unknown field', start: { colour: 'red' }, code: 'unknown_field', says: 'colour' },
  { title: 'a misspelt field', start: { comand: [] }, code: 'unknown_field', says: /comand/ },
  {
    title: 'a slip in a field',
    start: { container_nam: 'x' },
    code: 'unknown_field',
    says: 'did you mean "container_name"?',
  },
  {
    title: 'an unknown field deep inside',
    start: { volumes: [{ host_location: '/tmp', container_location: '/d', ro: true }] },
    code: 'unknown_field',
    says: 'ro',
  },
  ...names.map((container_name) => ({
    title: `the name ${JSON.stringify(container_name).slice(0, 20)}`,
    start: { container_name },
    code: 'invalid_field',
    says: 'container_name',
  })),
  ...hostPaths.map((host) => ({
    title: `the host's folder ${JSON.stringify(host)}`,
    start: { binds: { [host]: '/data' } },
    code: 'invalid_field',
    says: 'binds',
  })),
  ...inContainer.map((container_location) => ({
    title: `the container's folder ${JSON.stringify(container_location)}`,
    start: { volumes: [{ host_location: '/srv', container_location }] },
    code: 'invalid_field',
    says: 'volumes[0].container_location',
  })),
  { title: 'a label with a slash', start: { container_image: '../x' }, code: 'invalid_field', says: 'container_image' },
  { title: 'no image', start: { image: undefined }, code: 'missing_field', says: 'image' },
  { title: 'an empty image', start: { image: '' }, code: 'invalid_field', says: 'image' },
  { title: 'an image of an unknown kind', start: { image: 'ftp://x/y' }, code: 'invalid_image', says: 'image' },
  { title: 'a relative image', start: { image: 'busybox.sif' }, code: 'invalid_image', says: 'image' },
  { title: 'an image that is a flag', start: { image: '--help' }, code: 'invalid_image', says: 'image' },
  { title: 'both forms of an image', start: { image_os: 'x' }, code: 'invalid_field', says: 'image' },
  {
    title: 'half of the older form',
    start: { image: undefined, image_distributor: 'docker' },
    code: 'missing_field',
    says: 'image_os',
  },
  {
    title: 'an unknown distributor',
    start: { image: undefined, image_distributor: 'ftp', image_os: 'x' },
    code: 'invalid_field',
    says: 'image_distributor',
  },
  { title: 'an unknown network', start: { network: 'macvlan' }, code: 'invalid_field', says: 'network' },
  {
    title: 'ports on the host network',
    start: { network: 'host', ports: [{ host_port: 80, container_port: 80 }] },
    code: 'invalid_field',
    says: 'ports',
  },
  { title: 'less memory than Apptainer takes', start: { memory: 2 ** 20 }, code: 'invalid_field', says: 'at least' },
  { title: 'fewer processes than Apptainer takes', start: { pids: 5 }, code: 'invalid_field', says: 'at least' },
  { title: 'no processors', start: { cpus: -1 }, code: 'invalid_field', says: 'cpus' },
  { title: 'a port that is none', start: { ports: [{ container_port: 0 }] }, code: 'invalid_field', says: 'ports[0]' },
  { title: 'a user that is not allowed', start: { user: 'root' }, status: 403, code: 'user_not_allowed', says: 'user' },
  {
    title: 'a negative time',
    path: '/stop',
    body: { container_name: 'x', timeout_s: -1 },
    code: 'invalid_field',
    says: 'timeout_s',
  },
  { title: 'no name', path: '/stop', body: {}, code: 'missing_field', says: 'container_name' },
  {
    title: 'an unknown container',
    path: '/restart',
    body: { container_name: 'nobody' },
    status: 404,
    code: 'container_not_found',
    says: 'nobody',
  },
  {
    title: 'a name of an object of JavaScript',
    path: '/stop',
    body: { container_name: 'constructor' },
    status: 404,
    code: 'container_not_found',
    says: 'constructor',
  },
  { title: 'a limit of no page', method: 'GET', path: '/getallcont?limit=0', code: 'invalid_field', says: 'limit' },
  {
    title: 'a limit that is no number',
    method: 'GET',
    path: '/getallcont?limit=many',
    code: 'invalid_field',
    says: 'limit',
  },
  {
    title: 'an unknown state',
    method: 'GET',
    path: '/getallcont?state=asleep',
    code: 'invalid_field',
    says: /state.*running/,
  },
  {
    title: 'an unknown parameter',
    method: 'GET',
    path: '/getallcont?limt=3',
    code: 'unknown_field',
    says: 'did you mean "limit"?',
  },
  {
    title: 'an unknown path',
    method: 'GET',
    path: '/getallcon',
    status: 404,
    code: 'route_not_found',
    says: 'did you mean /getallcont?',
  },
  { title: 'a wrong method', method: 'GET', path: '/start', status: 405, code: 'method_not_allowed', says: 'POST' },
  {
    title: 'a body over 1 MiB',
    start: { labels: { a: 'x'.repeat(1024 * 1024) } },
    status: 413,
    code: 'body_too_large',
    says: '1048576',
  },
]

describe('nothing is started, and the message says what is wrong, when there comes', () => {
  test.for(rows)('$title', async (row, { daemon, image }) => {
    const { method = 'POST', path = '/start', status = 400, code, says } = row
    const body = row.start === undefined ? row.body : { container_name: 'good', image, ...row.start }
    const answer = await daemon.request(method, path, body)

    expect(answer.body).toEqual({ status, code, fault: 'request', message: expect.any(String) })
    expect(answer.status).toBe(status)
    expect(answer.body.message).toMatch(typeof says === 'string' ? new RegExp(literal(says)) : says)
    expect(answer.body.message.length).toBeLessThan(1000)
    expect((await daemon.request('GET', '/getallcont')).body).toEqual([])
  })

  test('a wrong method, with the right one in Allow', async ({ daemon }) => {
    expect((await daemon.request('GET', '/start')).headers.allow).toBe('POST')
    expect((await daemon.request('POST', '/getallcont')).headers.allow).toBe('GET, HEAD')
    expect((await daemon.request('DELETE', '/deletevolume')).headers.allow).toBe('POST')
  })

  test('a body far over 1 MiB, which is not read to its end', async ({ daemon }) => {
    const answer = await daemon.request('POST', '/start', 'x'.repeat(20 * 1024 * 1024), { door: 'tcp' })
    expect(answer.body).toMatchObject({ status: 413, code: 'body_too_large', fault: 'request' })
  })

  test('anything of all this, and the next good request is served', async ({ daemon, image }) => {
    expect(await daemon.client.start({ container_name: 'good', image })).toMatchObject({ state: 'running' })
    expect(Object.keys(readSave(daemon.home))).toEqual(['good'])
  })
})

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
