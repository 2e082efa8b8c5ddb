import { hostnameOf } from '../hostname.ts'

/** What containers read as /etc/hosts (hosts(5)). Pure. */

const loopback = ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback']
const loopbackNames = /^(localhost|ip6-localhost|ip6-loopback)$/i

/** For all containers on a bridge: each finds itself and the others by name. */
export const sharedHosts = (addresses: readonly (readonly [name: string, address: string])[]): string => {
  const named = addresses
    .filter(([name]) => !loopbackNames.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, address]) => `${address} ${namesOf(name)}`)
  return lines([...loopback, ...named])
}

/** For a container that has loopback only; its own name has to be found even so. */
export const isolatedHosts = (name: string): string =>
  lines([...loopback, ...(loopbackNames.test(name) ? [] : [`127.0.0.1 ${namesOf(name)}`])])

/** Its name and, where that is no host name, what it calls itself. */
const namesOf = (name: string) => [...new Set([name, hostnameOf(name)])].join(' ')

const lines = (all: readonly string[]) => `${all.join('\n')}\n`
