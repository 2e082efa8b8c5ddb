import { apiError } from '@aptorch/shared'
import type { Account } from '../host/account.ts'
import { findAccount } from '../host/accounts.ts'

export interface AccountsOptions {
  /** Runs the containers of requests that name no user. */
  readonly main: Account
  /** Further accounts that a request may name. */
  readonly allowed: readonly string[]
  /** Called once for each account, before it is used. */
  readonly prepare: (account: Account) => Promise<void>
}

/** Which accounts run containers. */
export class Accounts {
  readonly main: Account
  readonly #allowed: readonly string[]
  readonly #prepare: (account: Account) => Promise<void>
  readonly #ready = new Map<string, Promise<Account>>()

  constructor({ main, allowed, prepare }: AccountsOptions) {
    this.main = main
    this.#allowed = allowed
    this.#prepare = prepare
  }

  /** The account for a request's `user`. Throws an ApiError where the configuration doesn't allow that user. */
  async forRequest(user: string | undefined): Promise<Account> {
    if (user === undefined || user === this.main.name) return this.get(this.main.name)
    if (!this.#allowed.includes(user)) {
      throw apiError(
        'user_not_allowed',
        `user: got "${user}", want ${this.main.name} or a user that the configuration's allowed_users names`,
      )
    }
    return this.get(user)
  }

  /** An account by name, ready to be used. Rejects when the host has no such account any more. */
  get(name: string): Promise<Account> {
    const ready = this.#ready.get(name) ?? this.#makeReady(name)
    this.#ready.set(name, ready)
    return ready
  }

  async #makeReady(name: string): Promise<Account> {
    try {
      const account = name === this.main.name ? this.main : await findAccount(name)
      await this.#prepare(account)
      return account
    } catch (error) {
      this.#ready.delete(name)
      throw error
    }
  }
}
