import { expect, test } from 'vitest'
import { findToken } from './token.ts'

const user = { uid: 1000, userHome: '/home/anna', env: {} }
const files: Readonly<Record<string, string>> = {
  '/opt/apptainer_container/orchestrator/token': 'system\n',
  '/srv/home/orchestrator/token': 'chosen\n',
  '/secrets/token': 'file\n',
  '/secrets/empty': '\n',
}
const readFile = (path: string) => {
  const text = files[path]
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
  return text
}
const tokenWith = (env: Record<string, string>) => findToken({ ...user, env }, readFile).token

test('the token is taken from where it was put, the nearest first', () => {
  expect(tokenWith({})).toBe('system')
  expect(tokenWith({ APTORCH_HOME: '/srv/home' })).toBe('chosen')
  expect(tokenWith({ APTORCH_HOME: '/srv/home', APTORCH_TOKEN_FILE: '/secrets/token' })).toBe('file')
  expect(tokenWith({ APTORCH_TOKEN_FILE: '/secrets/token', APTORCH_TOKEN: 'own' })).toBe('own')
})

test('a token that was named but is not there is not replaced by another', () => {
  expect(tokenWith({ APTORCH_TOKEN_FILE: '/secrets/none' })).toBeUndefined()
  expect(tokenWith({ APTORCH_TOKEN_FILE: '/secrets/empty' })).toBeUndefined()
})

test('a daemon that wants no token is reached though no file can be read; each is named for one that does', () => {
  const denied = () => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' })
  }
  expect(findToken(user, denied)).toEqual({
    token: undefined,
    source: undefined,
    failures: [
      expect.stringMatching(/^\/home\/anna\/\.local\/share\/aptorch\/orchestrator\/token may not be read by you/),
      expect.stringMatching(/^\/opt\/apptainer_container\/orchestrator\/token may not be read by you/),
    ],
  })
})
