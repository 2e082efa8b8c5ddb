import * as z from 'zod'
import { Command, ContainerPath, HostPath, Seconds } from './formats.ts'

/** A folder or file of the host in a container. */
export const Volume = z
  .strictObject(
    {
      host_location: HostPath.meta({ description: 'Folder or file on the host' }),
      container_location: ContainerPath.meta({ description: 'Where it appears in the container' }),
      read_only: z
        .boolean({ error: 'true or false' })
        .optional()
        .meta({ description: 'Whether the container may only read it' }),
      chown: z
        .boolean({ error: 'true or false' })
        .optional()
        .meta({ description: "Give it, with all that is in it, to the container's account first" }),
    },
    { error: objectError('an object with host_location and container_location') },
  )
  .meta({ id: 'Volume' })
export type Volume = z.output<typeof Volume>

/** A volume as it is bound: whole. */
export const BoundVolume = z
  .object({
    host_location: z.string(),
    container_location: z.string(),
    read_only: z.boolean(),
  })
  .meta({ id: 'BoundVolume' })
export type BoundVolume = z.output<typeof BoundVolume>

const portNumber = z
  .int({ error: 'a port number' })
  .min(1, { error: 'a port from 1 to 65535' })
  .max(65535, { error: 'a port from 1 to 65535' })

/** A port of the host that leads to one of the container. */
export const Port = z
  .strictObject(
    {
      host_ip: z.union([z.ipv4(), z.ipv6()], { error: 'an IP address of the host' }).optional(),
      host_port: portNumber.optional().meta({ description: 'One that is free when left out' }),
      container_port: portNumber,
      protocol: z.enum(['tcp', 'udp'], { error: '"tcp" or "udp"' }).optional(),
    },
    { error: objectError('an object with container_port and host_port') },
  )
  .meta({ id: 'Port' })
export type Port = z.output<typeof Port>

/** A port as it is published: whole. */
export const BoundPort = z
  .object({ host_ip: z.string(), host_port: z.int(), container_port: z.int(), protocol: z.enum(['tcp', 'udp']) })
  .meta({ id: 'BoundPort' })
export type BoundPort = z.output<typeof BoundPort>

/** How it is found out whether what a container does is done well. */
export const HealthCheck = z
  .strictObject(
    {
      command: Command.meta({ description: 'What is run inside; it is healthy when that ends with 0' }),
      interval_s: Seconds(0.1, 86_400).optional().meta({ description: 'From the end of one run to the next (30)' }),
      timeout_s: Seconds(0.1, 3600).optional().meta({ description: 'After that a run counts as failed (30)' }),
      retries: z
        .int({ error: 'a whole number from 1 to 100' })
        .min(1, { error: 'a whole number from 1 to 100' })
        .max(100, { error: 'a whole number from 1 to 100' })
        .optional()
        .meta({ description: 'So many failures in a row make it unhealthy (3)' }),
      start_period_s: Seconds(0, 86_400)
        .optional()
        .meta({ description: 'After a start, failures count only when that has passed, or it was healthy once (0)' }),
      on_unhealthy: z
        .enum(['none', 'restart'], { error: '"none" or "restart"' })
        .optional()
        .meta({ description: 'What is done then (none)' }),
    },
    { error: objectError('an object with a command') },
  )
  .meta({ id: 'HealthCheck' })
export type HealthCheck = z.output<typeof HealthCheck>

/** A health check as it is run: whole. */
export const BoundHealthCheck = z
  .object({
    command: z.array(z.string()),
    interval_s: z.number(),
    timeout_s: z.number(),
    retries: z.int(),
    start_period_s: z.number(),
    on_unhealthy: z.enum(['none', 'restart']),
  })
  .meta({ id: 'BoundHealthCheck' })
export type BoundHealthCheck = z.output<typeof BoundHealthCheck>

/** Zod asks the same `error` for unknown keys; those keep the message that names them. */
function objectError(wanted: string) {
  return (issue: { code?: string | undefined }) => (issue.code === 'unrecognized_keys' ? undefined : wanted)
}
