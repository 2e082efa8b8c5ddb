import type { ResponseOf } from '@aptorch/shared'
import type { Renderer } from './screen.ts'
import { sizeText } from './size.ts'
import { renderTable } from './table.ts'

type Process = ResponseOf<'top'>['processes'][number]

/** `top`: a line a process, by its numbers outside and inside. */
export const renderTop: Renderer<ResponseOf<'top'>> = ({ processes }, screen) =>
  renderTable<Process>(
    [
      { title: 'USER', cell: ({ user }) => user },
      { title: 'PID', cell: ({ pid }) => String(pid) },
      { title: 'INSIDE', cell: ({ inside_pid }) => String(inside_pid) },
      { title: 'PARENT', cell: ({ parent_pid }) => String(parent_pid), optional: true },
      { title: 'STATE', cell: ({ state }) => state },
      { title: '%CPU', cell: ({ cpu_percent }) => cpu_percent.toFixed(1) },
      { title: 'TIME', cell: ({ cpu_time_s }) => clock(cpu_time_s) },
      { title: 'MEM', cell: ({ memory }) => sizeText(memory) },
      { title: 'COMMAND', cell: ({ command }) => command, shrinks: true },
    ],
    processes,
    screen,
  )

/** As ps(1) has it: `0:07`, `1:02:03`. */
const clock = (seconds: number) => {
  const whole = Math.floor(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const two = (part: number) => String(part).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
