import { hostnameOf } from '../hostname.ts'

/** What containers read as /etc/hosts (hosts(5)). Pure. */

const loopback = ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback']
const loopbackNames = /^(localhost|ip6-localhost|ip6-loopback)\.?$/i

/**
 * For all containers on a bridge, the longest there first: each finds itself and the others by name. Names of hosts are not
 * told apart by case, so the first to have one keeps it; what a container calls itself is found too, unless another has that
 * for its name.
 */
export const sharedHosts = (addresses: readonly (readonly [name: string, address: string])[]): string => {
  const owners = new Map<string, string>()
  const take = (name: string, address: string) => {
    const key = name.toLowerCase()
    if (!loopbackNames.test(name) && !owners.has(key)) owners.set(key, `${address} ${name}`)
  }
  for (const [name, address] of addresses) take(name, address)
  for (const [name, address] of addresses) take(hostnameOf(name), address)
  return lines([...loopback, ...[...owners.values()].toSorted()])
}

/** For a container that has loopback only; its own name has to be found even so. */
export const isolatedHosts = (name: string): string =>
  lines([...loopback, ...(loopbackNames.test(name) ? [] : [`127.0.0.1 ${namesOf(name)}`])])

/** Its name and, where that is no host name, what it calls itself. */
const namesOf = (name: string) => [...new Set([name, hostnameOf(name)])].join(' ')

const lines = (all: readonly string[]) => `${all.join('\n')}\n`
