import { expect, test } from 'vitest'
import type { Place } from './copy.ts'
import { behindLink, type Found, planCopy } from './copy-plan.ts'

const at = (typed: string, found: Found): Place & { found: Found } => {
  const [, path = '', ending] = typed.match(/^(\/.*?)(\/\.?)?$/) ?? []
  return { path, ending: (ending ?? '') as Place['ending'], found }
}

test.each([
  ['/a/notes', 'file', '/t/new', 'missing', { folder: '/t', name: 'new', content: false }],
  ['/a/notes', 'file', '/t/old', 'file', { folder: '/t', name: 'old', content: false }],
  ['/a/notes', 'file', '/t', 'folder', { folder: '/t', name: 'notes', content: false }],
  ['/a/notes', 'file', '/t/', 'folder', { folder: '/t', name: 'notes', content: false }],
  ['/a/link', 'link', '/t', 'folder', { folder: '/t', name: 'link', content: false }],
  ['/a/src', 'folder', '/t/new', 'missing', { folder: '/t', name: 'new', content: false }],
  ['/a/src', 'folder', '/t/new/', 'missing', { folder: '/t', name: 'new', content: false }],
  ['/a/src', 'folder', '/t', 'folder', { folder: '/t', name: 'src', content: false }],
  ['/a/src/', 'folder', '/t', 'folder', { folder: '/t', name: 'src', content: false }],
  ['/a/src/.', 'folder', '/t', 'folder', { folder: '/t', name: null, content: true }],
  ['/a/src/.', 'folder', '/t/new', 'missing', { folder: '/t', name: 'new', content: true }],
] as const)('%s, a %s, copied to %s, which is a %s', (source, is, target, there, plan) => {
  expect(planCopy(at(source, is), at(target, there))).toEqual(plan)
})

test('the root of a container is copied by what is in it: it has no name', () => {
  const root = { path: '/', ending: '/', found: 'folder' } as const
  expect(planCopy(root, at('/t', 'folder'))).toEqual({ folder: '/t', name: null, content: true })
})

test.each([
  ['/a/notes', 'missing', '/t', 'folder', 'is not there'],
  ['/a/notes/', 'file', '/t', 'folder', 'is not a folder'],
  ['/a/notes/.', 'file', '/t', 'folder', 'is not a folder'],
  ['/a/notes', 'file', '/t/new/', 'missing', 'make that folder first'],
  ['/a/notes', 'file', '/t/old/', 'file', 'is not a folder'],
  ['/a/src', 'folder', '/t/old', 'file', "can't be copied over it"],
  ['/a/src/.', 'folder', '/t/old', 'file', "can't be copied over it"],
] as const)('%s, a %s, is not copied to %s, which is a %s', (source, is, target, there, why) => {
  expect(() => planCopy(at(source, is), at(target, there))).toThrow(why)
})

test('a link leads on from the folder that it is in', () => {
  expect(behindLink('/a/link', 'b')).toBe('/a/b')
  expect(behindLink('/a/link', '/b')).toBe('/b')
})
