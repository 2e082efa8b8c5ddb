import { containerAccount } from './account.ts'
import { apptainer, makeDockerArchive, makeSif, skopeo } from './images.ts'
import { startRegistry } from './registry.ts'
import { test } from './test.ts'

/** A test that can also ask for the small image in the other forms that images come in. */
export const imageTest = test
  .extend('sif', { scope: 'file' }, ({ shared, image }) => makeSif(image, shared.folder('sif', containerAccount)))
  .extend('dockerArchive', { scope: 'file' }, ({ shared, image }) => makeDockerArchive(image, shared.folder('archive')))
  .extend('registry', { scope: 'file' }, async ({ shared, sif, dockerArchive }, { onCleanup }) => {
    const registry = await startRegistry(shared.folder('registry'))
    onCleanup(registry.stop)
    const layers = `docker://${registry.host}/busybox:1.0`
    skopeo('copy', '--dest-tls-verify=false', `docker-archive:${dockerArchive}`, layers)
    const folder = shared.folder('push', containerAccount)
    apptainer(folder, 'push', '--allow-unsigned', '--no-https', sif, `oras://${registry.host}/sif:1.0`)
    return registry
  })
