import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers, freePort } from './ports.ts'
import { tool } from './rootfs.ts'
import { until } from './until.ts'

export interface Registry {
  /** Host and port, as in docker://127.0.0.1:40123/busybox:1.0 */
  readonly host: string
  readonly stop: () => Promise<void>
}

/** Debian's docker-registry on loopback, without TLS, with its data in a folder. */
export const startRegistry = async (folder: string): Promise<Registry> => {
  const port = await freePort()
  const config = join(folder, 'registry.yml')
  writeFileSync(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  )
  const child = spawn(tool('docker-registry'), ['serve', config], { stdio: 'ignore' })
  await until('the registry to answer', () => answers(port))
  return {
    host: `127.0.0.1:${port}`,
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
