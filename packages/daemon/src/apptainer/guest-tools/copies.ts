import { createHash } from 'node:crypto'
import { copyFile, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ownAccount } from '../../host/account.ts'
import { isFolder, makeFolder } from '../../host/folders.ts'
import type { Part } from './parts.ts'

// A bind mount goes on showing the folder that it was made of, so what is in that must stay for as long as a container runs
// that was started with it. Each version has a folder of its own, which never changes once it has its name.

/** Makes the folder of these parts in `folder`, unless it is there, and returns its path. */
export const copyParts = async (parts: readonly Part[], folder: string): Promise<string> => {
  const distinct = [...new Map(parts.map((part) => [part.name, part])).values()]
  const copies = join(folder, versionOf(distinct))
  if (await isFolder(copies)) return copies
  const making = join(folder, 'making')
  await rm(making, { recursive: true, force: true })
  await makeFolder(making, { ...owner(), mode: 0o755 })
  for (const { name, source } of distinct) await copyWhole(source, join(making, name))
  await rename(making, copies)
  return copies
}

/** Removes all versions but this one, and those that a process of the host sees or was told of. */
export const removeUnused = async (current: string, folder: string): Promise<void> => {
  const others = (await readdir(folder)).filter((name) => name !== basename(current))
  if (others.length === 0) return
  const used = await namesInProcesses(others)
  for (const name of others) if (!used.has(name)) await rm(join(folder, name), { recursive: true, force: true })
}

const owner = () => {
  const { uid, gid } = ownAccount()
  return { uid, gid }
}

const versionOf = (parts: readonly Part[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)

/** On the disk before its folder gets its name: a machine that goes down must not leave an empty file for good. */
const copyWhole = async (source: string, target: string) => {
  await copyFile(source, target)
  await using file = await open(target, 'r+')
  await file.chmod(0o755)
  await file.sync()
}

/** Which of these names are in the mounts or the arguments of a process, as far as this daemon may look. */
const namesInProcesses = async (names: readonly string[]): Promise<Set<string>> => {
  const found = new Set<string>()
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    for (const file of ['mountinfo', 'cmdline']) {
      const text = await readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '') // gone meanwhile, or another user's
      for (const name of names) if (text.includes(`/${name}`)) found.add(name)
    }
  }
  return found
}
