import type { RouteName, Routes } from '@aptorch/shared'
import { type Command, commands } from './commands.ts'

type NameOf<Row> = Row extends { readonly commands: readonly (infer Name)[] } ? Name : never
type GroupOf<Name> = Name extends `${infer Group} ${string}` ? Group : never
export type GroupName = GroupOf<NameOf<Routes[RouteName]>>

/** What help says of each first word of nested subcommands. One that is missing, or too many, does not compile. */
export const groups: Readonly<Record<GroupName, string>> = {
  volume: 'Add, remove and list the volumes of a container',
}

export const groupNames = Object.keys(groups) as GroupName[]

export interface Entry {
  /** How it is called here: within a group without the group's name. */
  readonly names: readonly string[]
  /** Whether help shows it here; it may be shown elsewhere, under its first name. */
  readonly shown: boolean
  readonly command: Command
}

/** The subcommands of a group, or those that stand in none. */
export const entriesOf = (group: GroupName | undefined): Entry[] =>
  commands.flatMap((command) => {
    const names = command.names.filter((name) => groupOf(name) === group)
    if (names.length === 0) return []
    return [
      {
        names: names.map((name) => name.split(' ').at(-1) ?? name),
        shown: names[0] === command.names[0],
        command,
      },
    ]
  })

const groupOf = (name: string) => (name.includes(' ') ? name.split(' ')[0] : undefined)
