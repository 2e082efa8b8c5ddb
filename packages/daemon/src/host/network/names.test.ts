import { expect, test } from 'vitest'
import { isBridge, namesOf } from './names.ts'

const names = namesOf('/opt/apptainer_container')
const longest = 'x'.repeat(63)

test('what is made for a home has a name that the kernel and the plugins take', () => {
  expect(names.bridge).toMatch(/^aptorch-[0-9a-f]{6}$/)
  expect(names.hardware).toMatch(/^02(:[0-9a-f]{2}){5}$/)
  expect(names.idOf(longest)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/)
  expect(names.namespaceOf('web')).toBe(`/run/aptorch/netns/${names.bridge}-web`)
  expect(names.namespaceOf(longest).length - '/run/aptorch/netns/'.length).toBeLessThanOrEqual(255)
})

test('homes have different names, a home always the same', () => {
  const other = namesOf('/srv/containers')
  expect(namesOf('/opt/apptainer_container').bridge).toBe(names.bridge)
  for (const key of ['bridge', 'hardware', 'seed'] as const) expect(other[key]).not.toBe(names[key])
  expect(other.idOf('web')).not.toBe(names.idOf('web'))
})

test('a namespace tells whose it is', () => {
  expect(names.containerOf(`${names.bridge}-a-b.c`)).toBe('a-b.c')
  expect(names.containerOf('aptorch-ffffff-web')).toBeUndefined()
  expect(names.containerOf('cni-1234')).toBeUndefined()
  expect([names.bridge, 'aptorch-1a2b3c4', 'aptorch0', 'xaptorch-1a2b3c'].map(isBridge)).toEqual([
    true,
    false,
    false,
    false,
  ])
})
