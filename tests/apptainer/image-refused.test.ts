import { chmodSync, cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Daemon, imageTest as test } from '../harness.ts'

describe('an image that can not be had', () => {
  let count = 0
  const refused = async (daemon: Daemon, image: string) => {
    count += 1
    const { body } = await daemon.request('POST', '/start', { container_name: `refused-${count}`, image })
    return body
  }

  test('is refused when there is no such file', async ({ daemon }) => {
    expect(await refused(daemon, '/no/such.sif')).toMatchObject({
      status: 400,
      code: 'image_not_found',
      fault: 'request',
    })
  })

  test('is refused when the registry has no such tag, in the words of the registry', async ({ daemon, registry }) => {
    const address = `docker://${registry.host}/busybox:none`
    const answer = await refused(daemon, address)
    expect(answer).toMatchObject({ status: 400, code: 'image_not_found', fault: 'request' })
    expect(answer.message).toContain(address)
    expect(answer.message).toMatch(/manifest unknown/)
  })

  test('is refused when nothing answers for the registry', async ({ daemon }) => {
    const answer = await refused(daemon, 'docker://127.0.0.1:1/busybox:1.0')
    expect(answer).toMatchObject({ status: 500, code: 'registry_unreachable', fault: 'orchestrator' })
    expect(answer.message).toContain('127.0.0.1:1')
  })

  test('is refused when the file is no image', async ({ daemon, shared }) => {
    const file = join(shared.folder('text'), 'notes.txt')
    writeFileSync(file, 'dear diary')
    const answer = await refused(daemon, file)
    expect(answer).toMatchObject({ status: 400, code: 'invalid_image', fault: 'request' })
    expect(answer.message).toContain('image')
  })

  test('is refused with the last words of a %post that fails', async ({ daemon, image, shared }) => {
    const definition = join(shared.folder('failing'), 'failing.def')
    writeFileSync(definition, `Bootstrap: localimage\nFrom: ${image}\n%post\n  exit 41\n`)
    const answer = await refused(daemon, definition)
    expect(answer).toMatchObject({ status: 400, code: 'image_build_failed', fault: 'request' })
    expect(answer.message).toMatch(/41/)
  })

  test('is refused when a file in it is not readable for the account of the containers, by its name', async ({
    daemon,
    image,
    shared,
  }) => {
    const folder = join(shared.folder('secret'), 'image')
    cpSync(image, folder, { recursive: true, verbatimSymlinks: true })
    writeFileSync(join(folder, 'etc', 'shadow'), 'root:secret')
    chmodSync(join(folder, 'etc', 'shadow'), 0)
    const answer = await refused(daemon, folder)
    expect(answer).toMatchObject({ status: 400, code: 'invalid_image', fault: 'request' })
    expect(answer.message).toContain(join(folder, 'etc', 'shadow'))
  })

  test("is refused when it is the host's own root", async ({ daemon }) => {
    for (const root of ['/', '//', '/./', '/proc/self/root'])
      expect(await refused(daemon, root), root).toMatchObject({ status: 400, code: 'invalid_image' })
  })
})
