import type { ExecOrder } from '../../engine.ts'

export const orderOf = (order: Partial<ExecOrder> = {}): ExecOrder => ({
  container: 'box',
  account: { name: 'someone', uid: 1, gid: 1 },
  process: { boot_id: 'x', pid: 1, start_time: 1 },
  confines: { cgroup: [], namespace: null },
  command: ['ls', '-l'],
  workingDir: '/',
  environment: {},
  user: null,
  stdin: false,
  terminal: null,
  ...order,
})
