import type { ContainerRecord } from './record.ts'

/** A record for tests: of a running container, changed as they like. */
export const makeRecord = (
  name: string,
  { spec, ...rest }: Partial<Omit<ContainerRecord, 'spec'>> & { spec?: Partial<ContainerRecord['spec']> } = {},
): ContainerRecord => ({
  name,
  spec: {
    image: 'docker://busybox:1.36',
    image_label: 'busybox-1.36',
    image_distributor: 'docker',
    image_os: 'busybox',
    image_version: '1.36',
    command: [],
    volumes: [],
    environment: {},
    working_dir: null,
    labels: {},
    account: 'aptorch-ct',
    gpu: null,
    restart_policy: 'unless-stopped',
    ...spec,
  },
  state: 'running',
  exit_code: null,
  error: null,
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: '2026-01-01T00:00:01.000Z',
  finished_at: null,
  restart_count: 0,
  image_key: 'busybox-0123',
  boot_id: 'this-boot',
  process: { boot_id: 'this-boot', pid: 4242, start_time: 77 },
  ...rest,
})
