import { basename, join } from 'node:path'
import { describe, expect } from 'vitest'
import { containerAccount, isAlive, test, usualNetwork } from '../harness.ts'

describe('start', () => {
  test('answers with a container that runs, in the words that clients know', async ({ daemon, image }) => {
    const started = await daemon.client.start({ container_name: 'runs', image, labels: { owner: 'ada' } })

    expect(started).toMatchObject({
      status: 201,
      container_name: 'runs',
      container_active: true,
      container_ip: usualNetwork.address,
      container_image: 'busybox',
      state: 'running',
      exit_code: null,
      error: null,
      image,
      labels: { owner: 'ada' },
      user: containerAccount.name,
      network: usualNetwork.name,
      restart_policy: 'unless-stopped',
      restart_count: 0,
      data_path: join(daemon.home, 'runs:busybox'),
    })
    expect(isAlive(started.pid ?? 0)).toBe(true)
    expect(await daemon.client.getcont({ container_name: 'runs' })).toEqual({ ...started, status: 200 })
  })

  test('makes a name up when none is given, so that a client may leave it out', async ({ daemon, image }) => {
    const { container_name } = await daemon.client.start({ image })
    expect(container_name).toMatch(/^busybox-[0-9a-f]{6}$/)
    expect(await daemon.client.getcont({ container_name })).toMatchObject({ state: 'running' })
  })

  test('gives a name away once only, also when many ask at the same moment', async ({ daemon, image }) => {
    const asked = Array.from({ length: 4 }, () => daemon.request('POST', '/start', { container_name: 'once', image }))
    const answers = await Promise.all(asked)
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409])
    expect(answers.find((answer) => answer.status === 409)?.body).toMatchObject({
      code: 'name_taken',
      fault: 'request',
    })
  })

  test('takes the longest name, and a label with colons, for the folder of the data', async ({ daemon, image }) => {
    const container_name = 'x'.repeat(63)
    const started = await daemon.client.start({ container_name, image, container_image: 'ubuntu:22.04@a+b' })
    expect(basename(started.data_path)).toBe(`${container_name}:ubuntu:22.04@a+b`)
    await daemon.client.stop({ container_name })
    expect(await daemon.client.restart({ container_name })).toMatchObject({ state: 'running' })
  })

  test('takes older spellings, and says what it passed over', async ({ daemon, image }) => {
    const started = await daemon.client.start({
      container_name: 'older',
      image,
      container_image: 'datascience',
      enviroment: { A: 'b' },
      group_add: ['users'],
    })
    expect(started).toMatchObject({ environment: { A: 'b' }, container_image: 'datascience' })
    expect(started.warnings).toEqual([expect.stringContaining('group_add')])
    expect(basename(started.data_path)).toBe('older:datascience')
  })
})
