import type { ChalkInstance } from 'chalk'

/** What a text is rendered for. */
export interface Screen {
  /** Columns of the terminal; undefined where nothing is cut: in a file or a pipe. */
  readonly columns: number | undefined
  readonly paint: ChalkInstance
  readonly now: Date
}

/** Makes of an answer's body the text that a person reads, without a newline at its end. */
export type Renderer<Body> = (body: Body, screen: Screen) => string
