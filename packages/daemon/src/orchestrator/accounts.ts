import { apiError } from '@aptorch/shared'
import type { Home } from '../home.ts'
import { type Account, findAccount } from '../host/account.ts'
import { makeAccountFolders } from '../images/cache.ts'

/** Which accounts run containers, and their folders, which are made when an account is first used. */
export class Accounts {
  readonly main: Account
  readonly #home: Home
  readonly #allowed: readonly string[]
  readonly #known = new Map<string, Promise<Account>>()

  constructor({ main, home, allowed }: { main: Account; home: Home; allowed: readonly string[] }) {
    this.main = main
    this.#home = home
    this.#allowed = allowed
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

  /** An account by name, with its folders in place. */
  get(name: string): Promise<Account> {
    const known = this.#known.get(name)
    if (known) return known
    const account = this.#prepare(name)
    this.#known.set(name, account)
    account.catch(() => this.#known.delete(name))
    return account
  }

  async #prepare(name: string): Promise<Account> {
    const account = name === this.main.name ? this.main : await findAccount(name)
    await makeAccountFolders(this.#home.accountOf(name), account)
    return account
  }
}
