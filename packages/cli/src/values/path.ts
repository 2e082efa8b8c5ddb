import { resolve } from 'node:path'

/**
 * The absolute form of a path of this machine, which the daemon wants: it works elsewhere than the caller. As with docker
 * only what begins with "/", "./" or "../" is a path; of anything else undefined is returned.
 */
export const absolutePath = (text: string, cwd: string): string | undefined =>
  /^(\/|\.{1,2}(\/|$))/.test(text) ? resolve(cwd, text) : undefined
