/** What the holder of a terminal says to the daemon: first where the program's side is, then that it has let go of that. */
export type FromHolder = { readonly slave: number } | { readonly given: true }

/** What the daemon says to it: that it has opened that side, and later how large the terminal is to be. */
export type ToHolder = { readonly opened: true } | { readonly rows: number; readonly columns: number }

/** The holder's descriptor of a socket: what comes from there goes to the program, and what that prints comes back. */
export const dataDescriptor = 3
