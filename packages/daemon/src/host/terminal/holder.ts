import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { FromHolder, ToHolder } from '../../terminal-holder/messages.ts'

// What the container has at the place of its terminals may never answer.
const answerMs = 10_000

/** To be called for each message that is to come. It rejects with an Error when the holder ends before, or takes too long. */
export const listenTo = (child: ChildProcess): (() => Promise<FromHolder>) => {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(0, 1000)
  })
  return async () => {
    const over = new AbortController()
    const { signal } = over
    const timer = setTimeout(() => over.abort(), answerMs)
    const closed = once(child, 'close', { signal }).then(() => {
      throw new Error(`the terminal's holder ended: ${said.trim() || 'it did not say why'}`)
    })
    try {
      const [message] = await Promise.race([once(child, 'message', { signal }), closed])
      return message as FromHolder
    } catch (error) {
      throw signal.aborted ? new Error(`no terminal could be opened within ${answerMs / 1000} s`) : error
    } finally {
      clearTimeout(timer)
      over.abort()
      closed.catch(() => undefined) // no longer waited for
    }
  }
}

/** Tells the holder something; one that has ended doesn't hear it. Resolves when it is on its way, or can't be. */
export const tell = (child: ChildProcess, message: ToHolder): Promise<void> =>
  new Promise((resolve) => {
    if (child.connected)
      child.send(message, () => resolve()) // it may end meanwhile
    else resolve()
  })

/** Tells the holder the last of what comes faster than it hears. */
export const createTeller = (child: ChildProcess): ((message: ToHolder) => void) => {
  let next: ToHolder | undefined
  let isTelling = false
  const tellAll = async () => {
    isTelling = true
    for (let message = next; message; message = next) {
      next = undefined
      await tell(child, message)
    }
    isTelling = false
  }
  return (message) => {
    next = message
    if (!isTelling) tellAll()
  }
}
