import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { commandFile, startScript } from './start-script.ts'

const test = base.extend('folder', ({ task }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), `script-${task.id}-`))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

const run = (folder: string, lines: string[], workingDir: string | null) => {
  const file = join(folder, 'command')
  writeFileSync(file, commandFile(lines, workingDir))
  const { status, stdout } = spawnSync('/bin/sh', [file], { encoding: 'utf8' })
  return { status, stdout }
}

describe('the command of a container', () => {
  test('runs its lines in one shell, and ends as the last one does', ({ folder }) => {
    expect(run(folder, ['a=1', 'echo $a', 'false', 'exit 9'], null)).toEqual({ status: 9, stdout: '1\n' })
    expect(run(folder, ['echo "', 'x"'], null)).toEqual({ status: 0, stdout: '\nx\n' })
    expect(run(folder, ['cat <<END', 'a $0', 'END'], null).stdout).toMatch(/^a /)
  })

  test.for(["it's", '$(touch evil)', '`x`', '-n', 'a b', '"', '\\', "';exit 3;'", 'ž'])(
    'runs in the folder %j, whatever its name does in a shell',
    (name, { folder }) => {
      const workingDir = join(folder, name, 'deep')
      expect(run(folder, ['pwd'], workingDir)).toEqual({ status: 0, stdout: `${workingDir}\n` })
    },
  )

  test('ends with 126 and does nothing where its folder can not be', ({ folder }) => {
    writeFileSync(join(folder, 'file'), '')
    expect(run(folder, ['echo ran'], join(folder, 'file', 'x'))).toEqual({ status: 126, stdout: '' })
  })
})

describe('the start script', () => {
  test('writes down how the command ended, in one step', ({ folder }) => {
    mkdirSync(join(folder, 'status'))
    writeFileSync(join(folder, 'command'), 'kill -TERM $PPID; exit 42\n')
    const script = startScript.replaceAll('/.aptorch', folder)
    expect(spawnSync('/bin/sh', ['-c', script]).status).toBe(0)
    expect(readFileSync(join(folder, 'status', 'exit_code'), 'utf8')).toBe('42\n')
  })
})
