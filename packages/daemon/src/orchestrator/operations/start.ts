import { apiError, type BoundPort, type BoundVolume } from '@aptorch/shared'
import type { Account } from '../../host/account.ts'
import { readBootId } from '../../host/process.ts'
import { type ContainerRecord, noRestart } from '../../store/record.ts'
import { completeStart, type StartOrder } from '../start-request.ts'
import { showContainer } from '../view.ts'
import { checkDistinct } from '../volumes.ts'
import type { Operation, OperationDeps } from './operation.ts'

export const createStart =
  ({
    home,
    store,
    images,
    accounts,
    gate,
    lifecycle,
    confinement,
    volumes,
    defaults,
  }: OperationDeps): Operation<'start'> =>
  async (request) => {
    const order = completeStart(request, defaults)
    const account = await accounts.forRequest(order.user)
    await confinement.check(order.spec)
    const bound: BoundVolume[] = []
    const given: BoundVolume[] = []
    for (const { field, volume } of order.volumes) {
      const checked = await volumes.check(volume, field, account)
      bound.push(checked)
      if (volume.chown) given.push(checked)
    }
    checkDistinct(bound, 'volumes')
    const ports = await confinement.completePorts(order.ports)
    const imageKey = await images.identify(order.source.address, account)
    return gate.onName(order.name, async () => {
      const taken = store.get(order.name)
      if (taken) throw nameTaken(taken)
      const record = await lifecycle.create(
        newRecord(order, { volumes: bound, ports }, account, imageKey),
        async () => {
          for (const volume of given) await volumes.give(volume, account)
        },
      )
      const { record: running, foundData, warnings: more } = await lifecycle.bringUp(record)
      const warnings = [...order.warnings, ...more, ...(foundData ? [oldData] : [])]
      return { ...showContainer(running, home), ...(warnings.length > 0 ? { warnings } : {}) }
    })
  }

const oldData = 'the data of an earlier container of this name and image were there and are used again'

const nameTaken = ({ name, state }: ContainerRecord) =>
  apiError(
    'name_taken',
    `container_name: "${name}" is taken by a container that is ${state}; choose another, or delete that one first (aptorch rm ${name})`,
  )

const newRecord = (
  { name, spec }: StartOrder,
  checked: { volumes: BoundVolume[]; ports: BoundPort[] },
  account: Account,
  imageKey: string,
): ContainerRecord => ({
  name,
  spec: { ...spec, ...checked, account: account.name },
  state: 'creating',
  exit_code: null,
  oom_killed: false,
  error: null,
  created_at: new Date().toISOString(),
  started_at: null,
  finished_at: null,
  restart_count: 0,
  restart: noRestart,
  health: null,
  health_output: null,
  image_key: imageKey,
  boot_id: readBootId(),
  process: null,
  address: null,
})
