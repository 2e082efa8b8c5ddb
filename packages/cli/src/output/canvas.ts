import type { Stream } from '../world.ts'

const control = '\u001b['

/** A picture at the top of a terminal that is drawn anew again and again. */
export const createCanvas = (stream: Stream) => {
  stream.write(`${control}?25l${control}2J`)
  return {
    draw: (text: string) => {
      const lines = text.split('\n').slice(0, Math.max(1, (stream.rows ?? 24) - 1))
      // Line by line over the old one: a terminal that is cleared first flickers.
      stream.write(`${control}H${lines.map((line) => `${line}${control}K\n`).join('')}${control}J`)
    },
    /** Gives the cursor back; the last picture stays. */
    end: () => {
      stream.write(`${control}?25h`)
    },
  }
}
