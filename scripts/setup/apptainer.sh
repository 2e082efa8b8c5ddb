# shellcheck shell=bash
# Apptainer: the machine's own when it has one, else Debian's, unpacked into a
# prefix of our own with the C library that it needs, so that the system's stays.

# From sid; libc6 is newer than a stable Debian's, hence all the relocating.
apptainer_packages=(apptainer libc6 libseccomp2 libsqlite3-0 squashfs-tools liblzo2-2)
readonly prefix_mark=.made-by-aptorch

ensure_apptainer() {
  if command -v apptainer >/dev/null; then return; fi
  if apptainer_runs; then return; fi
  require_debian
  [[ $aptorch_prefix == /* ]] || fail "APTORCH_APPTAINER_PREFIX must be an absolute path, not $aptorch_prefix."
  [[ -w $(dirname -- "$aptorch_prefix") ]] ||
    fail "Apptainer can't be put into $aptorch_prefix: its parent folder can't be written."
  long "Apptainer: fetching it from Debian sid into $aptorch_prefix" "$try_again" build_prefix
  apptainer_runs ||
    fail "The Apptainer in $aptorch_prefix doesn't run." \
      "Remove that folder and run this again, or install Apptainer by hand."
}

# Even to say its version it would make a ~/.apptainer.
apptainer_runs() {
  [[ -x $aptorch_prefix/usr/bin/apptainer ]] &&
    APPTAINER_CONFIGDIR=$scratch/apptainer "$aptorch_prefix/usr/bin/apptainer" version >/dev/null 2>&1
}

require_debian() {
  local id=
  [[ ! -r /etc/os-release ]] || id=$(. /etc/os-release && printf '%s' "${ID:-}")
  case $id in
    debian) command -v apt-get >/dev/null && return ;;
    ubuntu) fail "There is no apptainer on PATH." "Install it: add-apt-repository ppa:apptainer/ppa && apt-get update && apt-get install apptainer" ;;
  esac
  fail "There is no apptainer on PATH, and on this system it can't be fetched by this script." \
    "Install it (Fedora: dnf install apptainer; EL: dnf install epel-release && dnf install apptainer; SUSE: zypper install apptainer), then run this again."
}

# Made beside the prefix and renamed, so that whatever interrupts it leaves no
# half of an Apptainer in place. The lock is for other clones with the same prefix.
build_prefix() {
  local new=$aptorch_prefix.new
  exec {lock}<"$(dirname -- "$aptorch_prefix")"
  flock "$lock"
  if apptainer_runs; then return; fi
  clear_old_prefix
  rm -rf -- "$new"
  trap 'rm -rf -- "$aptorch_prefix.new"' EXIT
  mkdir -- "$new"
  fetch_packages sid "$new" "${apptainer_packages[@]}"
  fetch_packages own "$scratch/patchelf" patchelf
  relocate "$new" "$aptorch_prefix" "$scratch/patchelf/usr/bin/patchelf"
  touch "$new/$prefix_mark"
  mv -T -- "$new" "$aptorch_prefix"
}

# Only what an earlier run made is removed; anybody else's folder stays.
clear_old_prefix() {
  if [[ -e $aptorch_prefix/$prefix_mark ]]; then rm -rf -- "$aptorch_prefix"; fi
  [[ ! -e $aptorch_prefix ]] ||
    fail "$aptorch_prefix is there, holds no Apptainer that runs, and isn't this script's. Move it away first."
}
