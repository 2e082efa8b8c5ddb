/**
 * Becomes a program for which /dev/ptmx is that of another process: PID PROGRAM [ARGUMENT…]. Its /dev has that, null, and
 * nothing else; it is mounted over the host's in a mount namespace of its own, where nobody else sees it. The container may
 * have anything at its /dev/pts, a link to the host's files too: that is opened with no more rights than its account has.
 */
export const inTerminalsOf = `set -e
mount -t tmpfs -o mode=755,size=64k tmpfs /dev/shm
cd /dev/shm
: >null
mount --bind /dev/null null
ln -s "/proc/$1/root/dev/pts" pts
ln -s pts/ptmx ptmx
mount --rbind /dev/shm /dev
cd /
shift
exec "$@"`
