/** A mount that is in use, or with something mounted in it: it can be taken away by force only. */
export class BusyError extends Error {
  override readonly name = 'BusyError'
  readonly code = 'EBUSY'
}

/** Nothing can be made in the container for a volume to be bound to; the container is as it is. */
export class NoPointError extends Error {
  override readonly name = 'NoPointError'
}

/** What is mounted on the host does not appear in the container: it was started without the shared folder. */
export class NotVisibleError extends Error {
  override readonly name = 'NotVisibleError'
}
