import { describe, expect, test } from 'vitest'
import { fromEnvironment, servedHosts, settle } from './settings.ts'

describe('settings', () => {
  test('are safe when nobody says anything', () => {
    expect(settle({}, {}, {})).toEqual({
      host: '127.0.0.1',
      port: 3333,
      tcp: true,
      run_as: 'aptorch-ct',
      debug: false,
      auth: true,
      allow_remote: false,
      allowed_users: [],
      allowed_volumes: [],
      denied_volumes: [],
      dns: [],
      log_max_size: 10_000_000,
      log_max_files: 3,
      defaults: {},
    })
  })

  test('come from flags before variables, and from variables before the file', () => {
    const config = { port: 1, run_as: 'config', socket: '/config' }
    const environment = fromEnvironment({ APTORCH_PORT: '2', APTORCH_RUN_AS: 'variable' })
    expect(settle({ port: 3 }, environment, config)).toMatchObject({ port: 3, run_as: 'variable', socket: '/config' })
  })

  test.for([
    ['a port that is no number', { APTORCH_PORT: 'many' }, /port: got "many"/],
    ['a relative socket', { APTORCH_SOCKET: 'aptorch.sock' }, /socket: got "aptorch.sock"/],
  ] as const)('are refused by name for %s', ([, environment, message]) => {
    expect(() => settle({}, fromEnvironment(environment), {})).toThrow(message)
  })

  test('refuse an unknown name in the file, deep inside too', () => {
    expect(() => settle({}, {}, { prot: 1 })).toThrow(/unknown field "prot" \(did you mean "port"\?\)/)
    expect(() => settle({}, {}, { defaults: { enviroment: {} } })).toThrow(/enviroment/)
    expect(() => settle({}, {}, { defaults: { environment: { A: 1 } } })).toThrow(/defaults.environment.A/)
  })
})

describe('variables', () => {
  test.for([
    ['1', true],
    ['true', true],
    ['yes', true],
    ['0', false],
    ['false', false],
    ['No', false],
  ] as const)('of a switch: "%s" is %s', ([value, on]) => {
    expect(fromEnvironment({ APTORCH_DEBUG: value })).toEqual({ debug: on })
    expect(fromEnvironment({ APTORCH_NO_AUTH: value, APTORCH_NO_TCP: value })).toEqual({ auth: !on, tcp: !on })
  })

  test('that are empty, or not the daemon’s, say nothing', () => {
    expect(fromEnvironment({ APTORCH_DEBUG: '', APTORCH_HOST: '', PATH: '/bin', APTORCH_TOKEN: 'x' })).toEqual({})
  })

  test('tell an address to listen on from one that the command line calls', () => {
    expect(fromEnvironment({ APTORCH_HOST: '127.0.0.2' })).toEqual({ host: '127.0.0.2' })
    expect(fromEnvironment({ APTORCH_HOST: 'unix:///run/aptorch.sock' })).toEqual({})
    expect(fromEnvironment({ APTORCH_HOST: 'http://127.0.0.1:3333' })).toEqual({})
  })
})

describe('listening beyond loopback', () => {
  test.for(['0.0.0.0', '::', '192.168.1.7', 'example.org', '127.0.0.1.example.org', '128.0.0.1'])(
    'on %s wants as many words, and a token',
    (host) => {
      expect(() => settle({ host }, {}, {})).toThrow(/--allow-remote/)
      expect(settle({ host, allow_remote: true }, {}, {})).toMatchObject({ host })
      expect(() => settle({ host, allow_remote: true, auth: false }, {}, {})).toThrow(/--no-auth is for loopback only/)
    },
  )

  test.for(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('is not what %s does', (host) => {
    expect(settle({ host, auth: false }, {}, {})).toMatchObject({ host, auth: false })
  })

  test('is nothing without TCP', () => {
    expect(settle({ host: '0.0.0.0', tcp: false }, {}, {})).toMatchObject({ tcp: false })
  })
})

describe('the names that a request may call the daemon by', () => {
  test('are those of loopback', () => {
    expect(servedHosts('127.0.0.1')).toEqual(['localhost', '127.0.0.1', '[::1]'])
    expect(servedHosts('::1')).toEqual(['localhost', '127.0.0.1', '[::1]'])
    expect(servedHosts('127.0.0.2')).toContain('127.0.0.2')
  })

  test('are those of the machine when it listens beyond', () => {
    expect(servedHosts('0.0.0.0')).toEqual(expect.arrayContaining(['localhost', '127.0.0.1']))
    expect(servedHosts('Example.org')).toContain('example.org')
  })
})
