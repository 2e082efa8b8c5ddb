import { expect, test } from 'vitest'
import { notesIn } from './notes.ts'
import { remarksOf } from './remarks.ts'

const volume = (applied: 'live' | 'on_restart') => ({ status: 200, container_name: 'web', binds: {}, applied })

test('who changed a volume learns that it holds now', () => {
  expect(remarksOf('createvolume')(volume('live'))).toEqual(['bound now'])
  expect(remarksOf('removevolume')(volume('live'))).toEqual(['taken out now'])
  expect(notesIn(volume('live'))).toEqual([])
})

test('who changed a volume that waits for a restart learns what to type', () => {
  const [note] = notesIn(volume('on_restart'))
  expect(note).toBe('this holds from the next start on: aptorch restart web (with --force while it runs)')
  expect(remarksOf('createvolume')(volume('on_restart'))).toEqual([])
})

test('a warning is told, and an answer without any leaves nothing to say', () => {
  expect(notesIn({ container_name: 'web', warnings: ['group_add means nothing here'] })).toEqual([
    'warning: group_add means nothing here',
  ])
  expect(notesIn([{ container_name: 'web' }])).toEqual([])
  expect(remarksOf('start')({ container_name: 'web' })).toEqual([])
})
