import { expect, test } from 'vitest'
import { readSize } from '../values/size.ts'
import { sizeText } from './size.ts'

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1 KiB'],
  [50_331_648, '48 MiB'],
  [536_870_912, '512 MiB'],
  [1_000_000_000, '953.7 MiB'],
  [1_610_612_736, '1.5 GiB'],
  [1_099_511_627_776, '1 TiB'],
  [1024 ** 5, '1024 TiB'],
])('a limit is shown in the unit that people think in: %i', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})

test('a size that was typed is shown as the same size', () => {
  for (const size of ['512MiB', '1.5GiB', '2TiB']) expect(sizeText(readSize(size)).replace(' ', '')).toBe(size)
})
