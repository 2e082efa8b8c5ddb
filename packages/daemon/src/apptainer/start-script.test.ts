import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { commandFile, imageStartScript, startScript } from './start-script.ts'

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

  test('has the command print into the FIFOs, and the image its own start', ({ folder }) => {
    mkdirSync(join(folder, 'status'))
    spawnSync('mkfifo', [join(folder, 'stdout'), join(folder, 'stderr')])
    writeFileSync(join(folder, 'command'), 'echo out; echo err >&2; read line; echo "[$line]"\n')
    writeFileSync(join(folder, 'image-start'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
    const printed = (script: string, ...args: string[]) => {
      // Holds the FIFOs open itself, as the logger does, so that they keep what is printed.
      const reader = `exec 3<>stdout 4<>stderr; "$@"; timeout 0.2 cat <&3; timeout 0.2 cat <&4; true`
      const own = script.replaceAll('/.aptorch', folder)
      const run = ['-c', reader, 'sh', '/bin/sh', '-c', own, 'startscript', ...args]
      return spawnSync('/bin/sh', run, { cwd: folder, encoding: 'utf8', input: 'not for it\n' }).stdout
    }
    expect(printed(startScript)).toBe('out\n[]\nerr\n')
    expect(printed(imageStartScript, 'a b', 'c')).toBe('a b c\n')
    rmSync(join(folder, 'image-start'))
    expect(printed(imageStartScript)).toBe('')
  })

  test('runs the command where there are no FIFOs as well', ({ folder }) => {
    mkdirSync(join(folder, 'status'))
    writeFileSync(join(folder, 'command'), 'echo out\n')
    const script = startScript.replaceAll('/.aptorch', folder)
    expect(spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe('out\n')
  })
})
