import { expect, test } from 'vitest'
import { readCopySide } from './copy.ts'

const local = (path: string, ending = '') => ({ kind: 'local', path, ending })
const inside = (name: string, path: string, ending = '') => ({ kind: 'container', name, path, ending })

test.each([
  ['-', { kind: 'stream' }],
  ['web:/etc/hosts', inside('web', '/etc/hosts')],
  ['web:/etc/', inside('web', '/etc', '/')],
  ['web:/etc/.', inside('web', '/etc', '/.')],
  ['web:etc', inside('web', '/etc')],
  ['web:/', inside('web', '/', '/')],
  ['web:.', inside('web', '/', '/.')],
  ['web:/a:b', inside('web', '/a:b')],
  ['notes', local('/home/anna/notes')],
  ['.', local('/home/anna', '/.')],
  ['./web:x', local('/home/anna/web:x')],
  ['/srv/web:x', local('/srv/web:x')],
  ['data/', local('/home/anna/data', '/')],
  ['data/.', local('/home/anna/data', '/.')],
  ['..', local('/home')],
  ['.hidden', local('/home/anna/.hidden')],
])('cp takes "%s" for what docker takes it for', (typed, side) => {
  expect(readCopySide(typed, '/home/anna')).toEqual(side)
})

test.each(['', ':/etc', 'web:', 'we b:/etc', '-x:/etc'])('a slip in a path of cp is told: "%s"', (typed) => {
  expect(() => readCopySide(typed, '/')).toThrow('NAME:PATH')
})
