import { apiError, type BoundVolume } from '@aptorch/shared'
import type { Account } from '../../host/account.ts'
import { readBootId } from '../../host/process.ts'
import type { ContainerRecord } from '../../store/record.ts'
import { completeStart, type StartOrder } from '../start-request.ts'
import { showContainer } from '../view.ts'
import { checkDistinct, checkVolume } from '../volumes.ts'
import type { Operation, OperationDeps } from './operation.ts'

export const createStart =
  ({ home, store, images, accounts, gate, lifecycle, defaults }: OperationDeps): Operation<'start'> =>
  async (request) => {
    const order = completeStart(request, defaults)
    const account = await accounts.forRequest(order.user)
    const volumes: BoundVolume[] = []
    for (const { field, volume } of order.volumes) volumes.push(await checkVolume(volume, field, home, account))
    checkDistinct(volumes, 'volumes')
    const imageKey = await images.identify(order.source.address, account)
    return gate.onName(order.name, async () => {
      const taken = store.get(order.name)
      if (taken) throw nameTaken(taken)
      const record = await lifecycle.save(newRecord(order, volumes, account, imageKey))
      const { record: running, foundData } = await lifecycle.bringUp(record)
      const warnings = [...order.warnings, ...(foundData ? [oldData] : [])]
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
  volumes: BoundVolume[],
  account: Account,
  imageKey: string,
): ContainerRecord => ({
  name,
  spec: { ...spec, volumes, account: account.name },
  state: 'creating',
  exit_code: null,
  error: null,
  created_at: new Date().toISOString(),
  started_at: null,
  finished_at: null,
  restart_count: 0,
  image_key: imageKey,
  boot_id: readBootId(),
  process: null,
})
