import { apiError } from '@aptorch/shared'
import { removeTree } from '../../host/folders.ts'
import { refuseUnknown } from '../gate.ts'
import { dataFoldersOf } from '../launch.ts'
import { isActive } from '../view.ts'
import type { Operation, OperationDeps } from './operation.ts'

export const createDelete =
  ({ home, gate, lifecycle }: OperationDeps): Operation<'deletecont'> =>
  ({ container_name: name }) =>
    gate.onContainer(name, async (record) => {
      refuseUnknown(record)
      if (isActive(record)) {
        throw apiError('container_active', `${name} is ${record.state}; stop it before you delete it`)
      }
      await lifecycle.forget(record)
      return { container_name: name, data_path: home.dataOf(name, record.spec.image_label) }
    })

export const createDeleteData =
  ({ home, store, gate, events, log }: OperationDeps): Operation<'deletecontdata'> =>
  ({ container_name: name }) =>
    gate.onName(name, async () => {
      if (store.get(name)) {
        throw apiError('container_registered', `${name} is still registered; delete the container before its data`)
      }
      const folders = await dataFoldersOf(home, name)
      if (folders.length === 0) throw apiError('data_not_found', `there are no data of a container "${name}"`)
      for (const folder of folders) await removeTree(folder)
      events.emit('data_deleted', { container_name: name }, {})
      log.debug({ event: 'data deleted', container: name, folders })
      return { container_name: name, removed: folders }
    })
