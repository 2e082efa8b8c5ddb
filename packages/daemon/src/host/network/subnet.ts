/** An IPv4 network: its first address as a number, and how many bits its prefix has. */
export interface Subnet {
  readonly base: number
  readonly bits: number
}

/** A network that is in use, and in words by what. */
export interface Taken {
  readonly subnet: Subnet
  readonly by: string
}

/** Reads "10.88.0.0/20", or one address. Undefined for what is neither. Bits beyond the prefix are dropped. */
export const parseSubnet = (text: string): Subnet | undefined => {
  const parts = text.match(/^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/)
  if (!parts) return undefined
  const octets = parts.slice(1, 5).map(Number)
  const bits = Number(parts[5] ?? 32)
  if (bits > 32 || octets.some((octet) => octet > 255)) return undefined
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  return { base: address - (address % sizeOf(bits)), bits }
}

export const showSubnet = ({ base, bits }: Subnet): string => `${showAddress(base)}/${bits}`

/** The first address that a machine of the network can have: the host's own in it. */
export const gatewayOf = ({ base }: Subnet): string => showAddress(base + 1)

export const isSameSubnet = (a: Subnet, b: Subnet): boolean => a.base === b.base && a.bits === b.bits

export const doOverlap = (a: Subnet, b: Subnet): boolean =>
  a.base < b.base + sizeOf(b.bits) && b.base < a.base + sizeOf(a.bits)

/** Checks a network that the configuration asks for. Throws an Error that says what it should be, or what is in its way. */
export const checkSubnet = (configured: string, routes: readonly Taken[]): Subnet => {
  const subnet = parseSubnet(configured)
  // One address is the host's, two are no machine's.
  if (!subnet || subnet.bits > 30 || subnet.bits < 8) {
    throw new Error(`"subnet" in the configuration: got "${configured}", want one from /8 to /30 such as 10.88.0.0/20`)
  }
  const clash = routes.find((taken) => doOverlap(taken.subnet, subnet))
  if (!clash) return subnet
  throw new Error(`"subnet" in the configuration: ${showSubnet(subnet)} clashes with ${clash.by}; choose another`)
}

// Private networks (RFC 1918), those that others take least often first; 10.88/13 is where podman has its own.
const pools = ['10.88.0.0/13', '172.16.0.0/12', '192.168.0.0/16']
const chosenBits = 20

/**
 * The first private /20 that overlaps nothing taken. `seed` says where in each range the search begins, so that one home
 * gets the same network each time and two get different ones. Throws an Error when there is none.
 */
export const chooseSubnet = (taken: readonly Taken[], seed: number): Subnet => {
  for (const pool of pools.flatMap((text) => parseSubnet(text) ?? [])) {
    const count = 2 ** (chosenBits - pool.bits)
    for (let step = 0; step < count; step++) {
      const subnet = { base: pool.base + ((seed + step) % count) * sizeOf(chosenBits), bits: chosenBits }
      if (!taken.some((other) => doOverlap(other.subnet, subnet))) return subnet
    }
  }
  throw new Error('every private IPv4 network has a route on this host; name one to use with "subnet" in config.json')
}

const sizeOf = (bits: number) => 2 ** (32 - bits)

const showAddress = (address: number) => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
