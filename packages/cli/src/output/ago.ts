const steps = [
  { unit: 'second', ms: 1_000, upTo: 60_000 },
  { unit: 'minute', ms: 60_000, upTo: 3_600_000 },
  { unit: 'hour', ms: 3_600_000, upTo: 86_400_000 },
  { unit: 'day', ms: 86_400_000, upTo: Number.POSITIVE_INFINITY },
] as const

/** How long ago a time (RFC 3339) was: "3 minutes ago". Clocks differ; the future counts as now. */
export const ago = (time: string, now: Date): string => {
  const elapsed = Math.max(0, now.getTime() - Date.parse(time))
  const step = steps.find(({ upTo }) => elapsed < upTo) ?? steps[3]
  const count = Math.floor(elapsed / step.ms)
  return count === 0 ? 'just now' : `${count} ${step.unit}${count === 1 ? '' : 's'} ago`
}
