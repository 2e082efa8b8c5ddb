import { describe, expect, test } from 'vitest'
import { imageFailure, lastLines, startFailure } from './explain.ts'
import type { RunResult } from './run.ts'

const failed = (stderr: string, more: Partial<RunResult> = {}): RunResult => ({
  ok: false,
  aborted: false,
  timedOut: false,
  stdout: '',
  stderr,
  ...more,
})

describe('the last lines of Apptainer', () => {
  test('are those that tell, without labels and colours', () => {
    const stderr = '\u001b[34mINFO:   \u001b[0m Starting build...\n\u001b[31mFATAL:  \u001b[0m no such file\n'
    expect(lastLines(stderr)).toBe('no such file')
  })

  test('are the last four when none is marked', () => {
    expect(lastLines('1\n2\n\n3\n4\n  5  \n')).toBe('2\n3\n4\n5')
  })
})

describe('an image that could not be made', () => {
  test.for([
    [
      'a tag that is not there',
      true,
      'FATAL: conveyor failed: reading manifest x: manifest unknown',
      'image_not_found',
      400,
    ],
    [
      'a registry that is not there',
      true,
      'FATAL: pinging container registry 127.0.0.1:1: dial tcp: connection refused',
      'registry_unreachable',
      500,
    ],
    ['a name that no registry can have', true, 'FATAL: could not parse reference', 'invalid_image', 400],
    ['a private image', true, 'FATAL: requested access to the resource is denied', 'image_not_found', 400],
    ['a full disk', true, 'FATAL: write /x: no space left on device', 'disk_full', 507],
    ['a full disk, from a file', false, 'FATAL: disk quota exceeded', 'disk_full', 507],
    ['a file of a build that is not found', false, 'FATAL: file not found', 'image_build_failed', 400],
    ['anything else of a registry', true, 'FATAL: something odd', 'image_failed', 500],
    ['anything else of a file', false, 'FATAL: while running %post', 'image_build_failed', 400],
  ] as const)('for %s says so', ([, remote, stderr, code, status]) => {
    const error = imageFailure('docker://x:1', remote, failed(stderr))
    expect(error).toMatchObject({ code, status })
    expect(error.message).toContain('docker://x:1')
    expect(error.message).toContain(lastLines(stderr))
  })
})

describe('a container that could not be started', () => {
  test('says why in the words of Apptainer', () => {
    expect(startFailure('web', failed('FATAL: no such image'))).toMatchObject({
      code: 'start_failed',
      status: 500,
      message: 'web could not be started: no such image',
    })
  })

  test('says so when there are no words', () => {
    expect(startFailure('web', failed('')).message).toContain('no reason')
    expect(startFailure('web', failed('', { timedOut: true })).message).toContain('did not answer in time')
  })

  const hook = 'FATAL:   container creation failed: mount hook function failure: '
  const staged = '/home/run/web/volumes/0a'

  test('for a volume that does not fit is the request’s mistake', () => {
    const stderr = `${hook}mount ${staged}->/etc/pass wd error: while mounting ${staged}: could not mount ${staged}: not a directory`
    expect(startFailure('web', failed(stderr))).toMatchObject({
      code: 'invalid_volume',
      status: 400,
      message: expect.stringContaining('the volume at "/etc/pass wd" is a folder over a file'),
    })
  })

  test('for a volume in one that is read-only says which', () => {
    const file = `failed to create file ${staged}/x`
    const stderr = `${hook}hook function for tag layer returns error: ${file}: ${file}: open ${staged}/x: read-only file system`
    const volumes = [{ host_location: staged, container_location: '/data' }]
    expect(startFailure('web', failed(stderr), volumes)).toMatchObject({
      code: 'invalid_volume',
      message: expect.stringContaining('the volume at "/data/x" lies in the one at "/data", which is read-only'),
    })
    expect(startFailure('web', failed(stderr))).toMatchObject({ code: 'start_failed' })
  })

  test('for a full disk is 507', () => {
    expect(startFailure('web', failed('ERROR: no space left on device'))).toMatchObject({ status: 507 })
  })
})
