import type { Log } from '../../log.ts'
import type { Note } from './host-lock.ts'
import { additions, removals, type Table, tableNames, tablesWithShared } from './rules.ts'
import { feed, runOrThrow } from './run.ts'

/** The host's firewall as far as it is about a whole bridge. All of this needs the host's lock. */

/** All rules, as iptables-save(8) prints them. */
export const readRules = (): Promise<string> => runOrThrow('iptables-save')

/** Notes which of the chains that the plugins share are somebody else's: those there before the first of our bridges. */
export const noteShared = (saved: string, note: Note): Promise<void> =>
  note.write(JSON.stringify(tablesWithShared(saved)))

/** Puts the rules for a bridge in, or in again. */
export const addRules = (saved: string, bridge: string, subnet: string): Promise<void> =>
  restore(additions(saved, bridge, subnet))

/** Takes the rules for a bridge out, and in the tables named what the plugins leave, unless somebody else has use for it. */
export const removeRules = async (bridge: string, leftovers: readonly Table[] = []): Promise<void> => {
  for (const transaction of removals(await readRules(), bridge, leftovers)) await restore(transaction)
}

/** The same for the last of our bridges, with all that the plugins leave and that was not there before. */
export const removeRulesAndShared = async (bridge: string, note: Note, log: Log): Promise<void> => {
  const foreign = await note.read()
  if (foreign === '') return removeRules(bridge)
  try {
    const tables = JSON.parse(foreign)
    await removeRules(
      bridge,
      tableNames.filter((table) => !tables.includes(table)),
    )
  } catch (error) {
    log.warn({ event: 'rules that containers have shared stay in the firewall', err: error })
    await removeRules(bridge)
  }
}

const restore = async (text: string) => {
  await feed(text, 'iptables-restore', '--noflush', '-w')
}
