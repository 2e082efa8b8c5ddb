import { expect } from 'vitest'
import { isRoot } from './account.ts'

/** The network that a container gets when nobody says which, and the address that it has there. */
export const usualNetwork = isRoot
  ? { name: 'bridge', address: expect.stringMatching(/^(10|172|192)\.\d+\.\d+\.\d+$/) }
  : { name: 'host', address: '127.0.0.1' }

/** From when a volume holds that is bound into a container which runs. */
export const usuallyApplied = isRoot ? 'live' : 'on_restart'
