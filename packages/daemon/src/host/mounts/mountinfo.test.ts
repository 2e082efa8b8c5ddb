import { describe, expect, test } from 'vitest'
import { mountAt, mountsIn, mountsOf, mountsWithin, parseMounts, readMounts } from './mountinfo.ts'

describe('the mounts of a process', () => {
  test('are read whole, with none, one or more optional fields', () => {
    const text = [
      '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue',
      '37 36 0:21 / /proc rw,relatime - proc proc rw',
      '38 36 0:44 / /x ro shared:7 master:2 propagate_from:5 unbindable - fuse.sshfs u@h: rw,user_id=0',
      '',
    ].join('\n')
    const [first, ...rest] = parseMounts(text)
    expect(first).toEqual({
      id: 36,
      parent: 35,
      device: '98:0',
      root: '/mnt1',
      point: '/mnt2',
      options: 'rw,noatime',
      propagation: 'master:1',
      type: 'ext3',
      superOptions: 'rw,errors=continue',
    })
    expect(rest.map(({ propagation, type }) => [propagation, type])).toEqual([
      ['', 'proc'],
      ['shared:7 master:2 propagate_from:5 unbindable', 'fuse.sshfs'],
    ])
  })

  test('have the names that they really have', () => {
    const [mount] = parseMounts(
      '1 0 0:1 /a\\040b\\134040 /t\\011n\\012é,\u{1f600}-\\134 rw shared:1 - tmpfs  rw,mode=755\n',
    )
    expect(mount).toMatchObject({ root: '/a b\\040', point: '/t\tn\né,\u{1f600}-\\', type: 'tmpfs' })
    expect(mount?.superOptions).toBe('rw,mode=755') // though its source is empty
  })

  test('a mount point called "-" does not end the optional fields', () => {
    expect(parseMounts('2 1 0:1 - - rw - ext4 /dev/vda rw')[0]).toMatchObject({ point: '-', type: 'ext4' })
  })

  test('are not read at all when a line can not be understood', () => {
    expect(() => parseMounts('36 35 98:0 /mnt1 /mnt2 rw')).toThrow(/not as proc\(5\) has it: 36 35/)
  })

  test('are those of the kernel', async () => {
    const mounts = await readMounts()
    expect(mounts.find(({ point }) => point === '/proc')).toMatchObject({ type: 'proc', root: '/' })
    expect((await readMounts(process.pid))[0]).toEqual(mounts[0])
    await expect(readMounts(2 ** 22 + 1)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('the mounts of a container', () => {
  const mounts = parseMounts(
    [
      '10 1 0:50 / / rw - overlay overlay rw',
      '11 10 8:1 /srv/data /data rw - ext4 /dev/sda rw',
      '12 11 0:60 / /data/sub rw - tmpfs tmpfs rw',
      '13 12 8:1 /srv/data/deep /data/sub/x rw - ext4 /dev/sda rw',
      '14 11 8:1 /srv/data//deleted /data rw - ext4 /dev/sda rw',
      '15 10 8:1 /srv/database /database rw - ext4 /dev/sda rw',
      '16 10 8:2 /srv/data /other-disk rw - ext4 /dev/sdb rw',
    ].join('\n'),
  )
  const ids = (found: readonly { id: number }[]) => found.map(({ id }) => id)

  test('are found by what is mounted', () => {
    const place = { device: '8:1', root: '/srv/data' }
    expect(ids(mountsOf(mounts, place))).toEqual([11, 14])
    expect(ids(mountsWithin(mounts, place))).toEqual([11, 13, 14])
    expect(ids(mountsWithin(mounts, { device: '8:1', root: '/' }))).toEqual([11, 13, 14, 15])
  })

  test('are found by where they are: what is on top, and all that is in it', () => {
    expect(mountAt(mounts, '/data')?.id).toBe(14)
    expect(mountAt(mounts, '/dat')).toBeUndefined()
    const [, data] = mounts
    expect(data && ids(mountsIn(mounts, data))).toEqual([12, 13, 14])
  })
})
