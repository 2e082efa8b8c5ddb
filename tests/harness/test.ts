import { test as base, inject } from 'vitest'
import { House } from './house.ts'

/**
 * What a test can ask for:
 * - `image`: the address of a small image, a folder that holds busybox
 * - `shared`: a house that all tests of a file share, and `daemon`: one that runs in it
 * - `house`: one of the test's own, to start, kill and start daemons in
 */
export const test = base
  .extend('workshop', { scope: 'file' }, () => inject('workshop'))
  .extend('image', { scope: 'file' }, () => inject('image'))
  .extend('shared', { scope: 'file' }, ({ workshop }, { onCleanup }) => {
    const house = new House(workshop)
    onCleanup(() => house.clear())
    return house
  })
  .extend('daemon', { scope: 'file' }, ({ shared }) => shared.start())
  .extend('house', ({ workshop, onTestFailed }, { onCleanup }) => {
    const house = new House(workshop)
    onTestFailed(() => console.error(house.logs()))
    onCleanup(() => house.clear())
    return house
  })
