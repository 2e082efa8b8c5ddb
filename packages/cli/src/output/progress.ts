import type { Stream } from '../world.ts'

/** Waits for work and says meanwhile, on standard error, that it goes on: by a spinner on a terminal, else by a line now and then. */
export const withProgress = <Result>(text: string, work: Promise<Result>, stream: Stream): Promise<Result> =>
  stream.columns === undefined ? withLines(text, work, stream) : withSpinner(text, work)

// What is over at once needs no spinner; it would only flicker.
const spinnerAfterMs = 200
const lineAfterMs = 5_000
const lineEveryMs = 30_000

const withLines = async <Result>(text: string, work: Promise<Result>, stream: Stream): Promise<Result> => {
  const began = performance.now()
  const say = () => stream.write(`${text}  ${secondsSince(began)}\n`)
  let later: NodeJS.Timeout | undefined
  const first = setTimeout(() => {
    say()
    later = setInterval(say, lineEveryMs)
  }, lineAfterMs)
  return await work.finally(() => {
    clearTimeout(first)
    clearInterval(later)
  })
}

const withSpinner = async <Result>(text: string, work: Promise<Result>): Promise<Result> => {
  const began = performance.now()
  let stop = () => {}
  const first = setTimeout(async () => {
    const { default: createSpinner } = await import('yocto-spinner')
    if (over) return
    // Signals are main's matter: it ends the work, and that ends the spinner and brings the cursor back.
    const spinner = createSpinner({ text, handleSignals: false }).start()
    const timer = setInterval(() => {
      spinner.text = `${text}  ${secondsSince(began)}`
    }, 1_000)
    stop = () => {
      clearInterval(timer)
      spinner.stop()
    }
  }, spinnerAfterMs)
  let over = false
  return await work.finally(() => {
    over = true
    clearTimeout(first)
    stop()
  })
}

// A timer may fire a hair early: five seconds are five.
const secondsSince = (began: number) => `${Math.round((performance.now() - began) / 1_000)}s`
