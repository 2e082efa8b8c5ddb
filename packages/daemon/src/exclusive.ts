/**
 * Operations on one name never overlap and run in the order in which they came; different names run side by side.
 *
 * Rules: do not nest (an operation that waits for its own name waits forever). `tryRun` passes by when the name is taken,
 * for the look-around that comes again anyway.
 */
export class Exclusive {
  readonly #tails = new Map<string, Promise<unknown>>()

  run<Result>(name: string, operation: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(name) ?? Promise.resolve()
    const result = before.then(operation)
    const tail = result
      .catch(() => undefined)
      .then(() => {
        if (this.#tails.get(name) === tail) this.#tails.delete(name)
      })
    this.#tails.set(name, tail)
    return result
  }

  async tryRun(name: string, operation: () => Promise<void>): Promise<void> {
    if (!this.#tails.has(name)) await this.run(name, operation)
  }

  /** Resolves when nothing is under way, or after that many milliseconds. */
  async idle(timeoutMs: number): Promise<void> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const timedOut = new Promise((resolve) => timeout.addEventListener('abort', resolve, { once: true }))
    while (this.#tails.size > 0 && !timeout.aborted) await Promise.race([Promise.all(this.#tails.values()), timedOut])
  }
}
