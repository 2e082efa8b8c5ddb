import { ApiError, apiError } from '@aptorch/shared'
import { both } from '../../both.ts'
import type { AttachmentRecord } from './attachments.ts'
import { type Ground, hasAddresses, removeUnusedBridge, writeHosts } from './ground.ts'
import { isNamespace, makeNamespace, readyNamespace, removeNamespace } from './namespace.ts'
import type { Attachment, NetworkOrder } from './networks.ts'
import { bridgeConfig, withoutLease } from './plugin-config.ts'
import { addressIn, runPlugin } from './plugins.ts'

/** The network of one container: what `Networks` promises, one call at a time for each container. */

/** See `Networks.attach`. */
export const attach = async (ground: Ground, order: NetworkOrder): Promise<Attachment> => {
  const { container, network, ports } = order
  try {
    await clear(ground, container)
    const record = { network, ports: [...ports], bridge: null, result: null, address: null, published: false }
    await ground.attachments.save(container, record)
    return await (network === 'bridge' ? attachToBridge(ground, container, record) : isolate(ground, container))
  } catch (error) {
    await clear(ground, container).catch((err: Error) => ground.log.error({ event: 'network left', container, err }))
    throw explain(network, error as Error)
  }
}

const attachToBridge = async (ground: Ground, container: string, planned: AttachmentRecord): Promise<Attachment> => {
  const { names, attachments, files, leases } = ground
  const namespace = names.namespaceOf(container)
  const resolver = await files.writeResolvConf()
  const [bridge] = await both(
    ground.bridge.ensure(() => hasAddresses(ground), resolver.nameservers),
    makeNamespace(namespace),
  )
  await attachments.save(container, { ...planned, bridge })
  const call = { command: 'ADD', id: names.idOf(container), namespace } as const
  const [result] = await both(runPlugin('bridge', call, bridgeConfig(bridge, leases)), readyNamespace(namespace))
  const address = addressIn(result)
  await attachments.save(container, { ...planned, bridge, result, address })
  await writeHosts(ground)
  return {
    namespace,
    address,
    files: [
      [files.resolvConf, '/etc/resolv.conf'],
      [files.hosts, '/etc/hosts'],
    ],
    warnings: resolver.warnings,
  }
}

const isolate = async ({ names, files }: Ground, container: string): Promise<Attachment> => {
  const namespace = names.namespaceOf(container)
  await makeNamespace(namespace)
  await readyNamespace(namespace)
  const hosts = await files.makeIsolatedHosts(container)
  return { namespace, address: null, files: [[hosts, '/etc/hosts']], warnings: [] }
}

/** See `Networks.publish`. */
export const publish = async ({ names, attachments, firewall }: Ground, container: string): Promise<void> => {
  const record = attachments.get(container)
  if (!record) throw new Error(`${container} has no network whose ports could be published`)
  if (record.network === 'none') return
  const call = { id: names.idOf(container), namespace: names.namespaceOf(container) }
  await attachments.save(container, { ...record, published: true })
  try {
    await firewall.open(call, record)
  } catch (error) {
    await firewall.close(call, record).catch(() => undefined) // `clear` tries again: it is noted as published
    throw apiError('network_unavailable', `its ports can't be published: ${(error as Error).message}`, error)
  }
}

/** See `Networks.detach`. */
export const clear = async (ground: Ground, container: string): Promise<void> => {
  const { names, attachments, files, firewall, leases } = ground
  const path = names.namespaceOf(container)
  const record = attachments.get(container)
  if (!record) return removeNamespace(path)

  const failures: unknown[] = []
  const step = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      failures.push(error)
    }
  }
  const { bridge, published } = record
  const call = { id: names.idOf(container), namespace: (await isNamespace(path)) ? path : undefined }
  if (published) await step(() => firewall.close(call, record))
  if (bridge) {
    const config = bridgeConfig(bridge, leases)
    const kept = failures.length > 0 ? withoutLease(config) : config
    await step(async () => void (await runPlugin('bridge', { ...call, command: 'DEL' }, kept)))
  }
  await step(() => removeNamespace(path))
  if (record.network === 'none') await step(() => files.removeIsolatedHosts(container))
  if (failures.length === 0) await step(() => attachments.remove(container))
  if (record.network === 'bridge') {
    await step(() => writeHosts(ground))
    await step(() => removeUnusedBridge(ground))
  }
  if (failures.length > 0) throw asOne(container, failures)
}

const asOne = (container: string, failures: readonly unknown[]): Error => {
  const why = failures.map((failure) => (failure as Error).message).join('; ')
  return new AggregateError(failures, `not all of the network of ${container} could be taken away: ${why}`)
}

const explain = (network: string, error: Error): Error => {
  if (error instanceof ApiError) return error
  const { message } = error
  return /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i.test(message)
    ? apiError('disk_full', `the disk is full: ${message}`, error)
    : apiError('network_unavailable', `network "${network}" can't be had: ${message}`, error)
}
