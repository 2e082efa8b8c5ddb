import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { createLog } from '../../log.ts'
import { type AttachmentRecord, openAttachments } from './attachments.ts'

const test = base.extend('folder', ({ task }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), `attachments-${task.id}-`))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

const lines: string[] = []
const log = createLog({ debug: false, stream: { write: (line: string) => lines.push(line) }, colour: false })

const record: AttachmentRecord = {
  network: 'bridge',
  ports: [{ host_ip: '0.0.0.0', host_port: 8080, container_port: 80, protocol: 'tcp' }],
  bridge: { name: 'aptorch-1a2b3c', subnet: '10.88.0.0/20', gateway: '10.88.0.1', mtu: 1500 },
  result: { cniVersion: '0.4.0', ips: [{ address: '10.88.0.2/20' }] },
  address: '10.88.0.2',
  published: true,
}

test('what has been noted is known to the next daemon', async ({ folder }) => {
  const first = await openAttachments(folder, log)
  await first.save('web', { ...record, address: null })
  await first.save('web', record)
  await first.save('gone', record)
  await first.remove('gone')
  await first.remove('never')
  const next = await openAttachments(folder, log)
  expect(next.list()).toEqual([['web', record]])
  expect(next.get('gone')).toBeUndefined()
  expect(readdirSync(folder)).toEqual(['web.json'])
})

test('what was being written is gone, what is damaged is known by its name', async ({ folder }) => {
  writeFileSync(join(folder, 'half.json.new'), '{"network":"br')
  writeFileSync(join(folder, 'torn.json'), '')
  writeFileSync(join(folder, 'odd.json'), '{"network":"host"}')
  const { list, get } = await openAttachments(folder, log)
  expect(
    list()
      .map(([container]) => container)
      .sort(),
  ).toEqual(['odd', 'torn'])
  expect(get('torn')).toMatchObject({ network: 'bridge', bridge: null, published: false })
  expect(lines.filter((line) => line.includes('damaged'))).toHaveLength(2)
  expect(readdirSync(folder)).not.toContain('half.json.new')
})
