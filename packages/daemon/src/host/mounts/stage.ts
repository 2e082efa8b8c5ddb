import { type Mount, mountAt, mountsIn, readMounts } from './mountinfo.ts'
import { type HostPlace, mountOf } from './place.ts'
import { descriptorPath, mount } from './run.ts'

/**
 * Binds a place and all that is mounted in it at a point that nobody else sees yet, as containers are to have it: without
 * set-user-id and devices, and read-only where asked. Its mounts are private from then on: what the host mounts in the place
 * later would not have these flags. Rejects with an Error; what is bound by then is the caller's to take away.
 */
export const bindRestricted = async (place: HostPlace, point: string, readOnly: boolean): Promise<void> => {
  const flags = flagsOf(await mountOf(place), readOnly)
  await mount('--rbind', '--make-rprivate', '-o', flags.join(','), descriptorPath(place.fd), point)
  const tree = await treeAt(point)
  refuseKernels(tree, place)
  // The flags are those of the first mount alone.
  for (const each of tree.slice(1)) {
    // With a source, mount(8) asks neither fstab nor mountinfo for more options.
    await mount('-o', ['remount', 'bind', ...flagsOf(each, readOnly)].join(','), 'none', each.point)
  }
  const open = (await treeAt(point)).find((each) => missing(each, readOnly))
  if (open) throw new Error(`what is mounted at ${inPlace(open, point, place)} can't be restricted; unmount it first`)
}

/** The mount at a point and those in it. */
const treeAt = async (point: string): Promise<readonly Mount[]> => {
  const mounts = await readMounts()
  const top = mountAt(mounts, point)
  if (!top) throw new Error(`nothing is mounted at ${point}, though mount(8) has just done so`)
  return [top, ...mountsIn(mounts, top)]
}

// A remount sets all flags anew but for the access times': what a mount has already, it must keep.
const kept = ['ro', 'noexec', 'nosymfollow']

const flagsOf = ({ options }: Mount, readOnly: boolean) => {
  const has = options.split(',').filter((option) => kept.includes(option))
  return [...new Set([...demanded(readOnly), ...has])]
}

const demanded = (readOnly: boolean) => ['nosuid', 'nodev', ...(readOnly ? ['ro'] : [])]

const missing = ({ options }: Mount, readOnly: boolean) =>
  demanded(readOnly).some((flag) => !options.split(',').includes(flag))

// In a chroot of the host's, say: through these, what writes as the host's root, or reads, gets at the host itself.
const kernelTypes = [
  'proc sysfs devtmpfs devpts cgroup cgroup2 debugfs tracefs securityfs selinuxfs smackfs bpf configfs fusectl',
  'mqueue hugetlbfs binfmt_misc rpc_pipefs nfsd nsfs efivarfs pstore',
].flatMap((line) => line.split(' '))

const refuseKernels = (tree: readonly Mount[], place: HostPlace) => {
  const found = tree.find(({ type }) => kernelTypes.includes(type))
  if (!found) return
  const where = inPlace(found, tree[0]?.point ?? '', place)
  throw new Error(`${where} is the kernel's own (${found.type}); unmount it first`)
}

const inPlace = ({ point }: Mount, top: string, place: HostPlace) => `${place.path}${point.slice(top.length)}`
