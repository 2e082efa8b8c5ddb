import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apptainerPath } from './images.ts'

/**
 * An Apptainer that misbehaves in one way and is the real one in all others: `faults` says which shell lines take the
 * place of the runs whose arguments hold a word, such as `instance start`. In them "$@" are the arguments and $real is the
 * real one.
 */
export const makeFakeApptainer = (folder: string, faults: Readonly<Record<string, string>>): string => {
  const path = join(folder, 'apptainer')
  const cases = Object.entries(faults).map(([words, lines]) => `*" ${words} "*) ${lines} ;;`)
  writeFileSync(
    path,
    ['#!/bin/sh', `real=${apptainerPath()}`, 'case " $* " in', ...cases, 'esac', 'exec "$real" "$@"', ''].join('\n'),
    { mode: 0o755 },
  )
  return path
}
