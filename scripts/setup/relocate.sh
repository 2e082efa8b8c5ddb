# shellcheck shell=bash
# Makes an unpacked Debian Apptainer run from a folder of its own.

# relocate TREE PREFIX PATCHELF: changes TREE so that it works once it lies at PREFIX.
relocate() {
  local tree=$1 prefix=$2 patchelf=$3 triple loader program
  triple=$(multiarch_triple)
  loader=$(cd "$tree" && find "usr/lib/$triple" -maxdepth 1 -name 'ld-linux-*.so.*' | grep .)
  for program in usr/bin/apptainer "usr/lib/$triple/apptainer/bin/starter" usr/bin/mksquashfs usr/bin/unsquashfs; do
    # RPATH, not RUNPATH: it holds for the libraries of the libraries too.
    "$patchelf" --set-interpreter "$prefix/$loader" \
      --force-rpath --set-rpath "$prefix/usr/lib/$triple" "$tree/$program"
  done
  # Apptainer finds its own place from /proc/self/exe and looks for these there.
  mv "$tree/etc" "$tree/usr/etc"
  ln -s ../etc "$tree/usr/lib/etc"
  # …and for its helpers here, whatever the caller's PATH.
  ln -s ../../../../bin/mksquashfs ../../../../bin/unsquashfs "$tree/usr/lib/$triple/apptainer/bin/"
  mkdir -p "$tree/usr/lib/var/lib/apptainer/mnt/session" "$tree/usr/var/lib/apptainer/mnt/session"
  configure "$tree/usr/etc/apptainer/apptainer.conf"
}

multiarch_triple() {
  case $(dpkg --print-architecture) in
    amd64) echo x86_64-linux-gnu ;;
    arm64) echo aarch64-linux-gnu ;;
    *) echo "Only amd64 and arm64 are supported, not $(dpkg --print-architecture)." >&2 && return 1 ;;
  esac
}

# Without systemd there is nobody who would make cgroups for Apptainer.
configure() {
  [[ ! -d /run/systemd/system ]] || return 0
  sed -i 's/^systemd cgroups = yes$/systemd cgroups = no/' "$1"
  grep -q '^systemd cgroups = no$' "$1"
}
