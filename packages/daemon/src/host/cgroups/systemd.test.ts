import { expect, test } from 'vitest'
import { unitOf } from './systemd.ts'

const user = '/user.slice/user-1000.slice/user@1000.service'

test.for([
  ['/system.slice/aptorchd.service/supervisor', 'aptorchd.service', '/system.slice/aptorchd.service', undefined],
  ['/system.slice/aptorchd.service', 'aptorchd.service', '/system.slice/aptorchd.service', undefined],
  [`${user}/app.slice/run-r1.scope/aptorchd`, 'run-r1.scope', `${user}/app.slice/run-r1.scope`, '1000'],
  [
    '/user.slice/user-1000.slice/session-3.scope',
    'session-3.scope',
    '/user.slice/user-1000.slice/session-3.scope',
    undefined,
  ],
  [user, 'user@1000.service', user, undefined],
] as const)('what runs in %s is of the unit %s', ([path, name, unit, user]) => {
  expect(unitOf(path)).toEqual({ name, path: unit, user })
})

test.for(['/', '/process', '/system.slice', '/a.services/b'])('what runs in %s is of no unit', (path) => {
  expect(unitOf(path)).toBeUndefined()
})
