import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { tool } from './rootfs.ts'

/** Runs the real curl, as clients in shell scripts do; the status and the body that came. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export const curl = async (...args: string[]): Promise<{ status: number; body: any }> => {
  const { stdout } = await promisify(execFile)(tool('curl'), ['-sS', '-m', '20', '-w', '\n%{http_code}', ...args])
  const [, text = '', status] = stdout.match(/^([\s\S]*)\n(\d+)$/) ?? []
  return { status: Number(status), body: JSON.parse(text) }
}
