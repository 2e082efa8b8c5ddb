import { Attachment, type Buffers } from './attachment.ts'
import { batchSize } from './lines.ts'
import type { Answer, Request } from './protocol.ts'

// What a pipe holds, by default (pipe(7)).
const inputSize = 64 * 1024

/** All attached containers, and what a daemon can ask for. */
export class Collector {
  readonly #attached = new Map<string, Attachment>()
  readonly #buffers: Buffers = { input: Buffer.alloc(inputSize), batch: Buffer.alloc(batchSize) }

  #closed = false

  get isIdle(): boolean {
    return this.#attached.size === 0
  }

  async answer(request: Exclude<Request, { do: 'end' }>): Promise<Answer> {
    switch (request.do) {
      case 'attach':
        this.#attach(request)
        return { ok: true }
      case 'settle':
        return { ok: true, settled: await this.#settle(request.container, request.withinMs) }
      case 'detach':
        this.#detach(request.container)
        return { ok: true }
    }
  }

  /** Writes what is there, and lets go of all. */
  close(): void {
    this.#closed = true
    for (const [container, attachment] of this.#attached) {
      attachment.drain()
      this.#detach(container)
    }
  }

  #attach(request: Extract<Request, { do: 'attach' }>) {
    if (this.#closed) throw new Error('the logger is about to end')
    const { container, maxSize, maxFiles } = request
    const before = this.#attached.get(container)
    if (before?.isInPlace()) {
      before.limits = { maxSize, maxFiles }
      return
    }
    this.#detach(container)
    this.#attached.set(container, new Attachment({ ...request, buffers: this.#buffers }))
  }

  async #settle(container: string, withinMs: number) {
    const settled = (await this.#attached.get(container)?.settle(withinMs)) ?? true
    this.#detach(container)
    return settled
  }

  #detach(container: string) {
    this.#attached.get(container)?.close()
    this.#attached.delete(container)
  }
}
