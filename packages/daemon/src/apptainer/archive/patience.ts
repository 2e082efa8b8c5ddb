/** Gives up when nothing has happened for that many milliseconds. */
export class Patience {
  readonly #timer: NodeJS.Timeout | undefined

  /** Null for endless patience. */
  constructor(ms: number | null, giveUp: () => void) {
    this.#timer = ms === null ? undefined : setTimeout(giveUp, ms)
  }

  /** Something has happened. */
  renew(): void {
    this.#timer?.refresh()
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
