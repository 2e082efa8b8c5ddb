import type { Container } from '@aptorch/shared'
import type { Renderer } from './screen.ts'
import { sizeText } from './size.ts'

/** `update`: the limits of a container as they are now, on a line. */
export const renderLimits: Renderer<Pick<Container, 'container_name' | 'cpus' | 'memory' | 'pids'>> = ({
  container_name,
  cpus,
  memory,
  pids,
}) => {
  const limits = { cpus, memory: memory === null ? null : sizeText(memory), pids }
  const texts = Object.entries(limits).map(([name, limit]) => `${name} ${limit ?? 'unlimited'}`)
  return `${container_name}: ${texts.join(', ')}`
}
