# shellcheck shell=bash
# What Apptainer needs of the system itself. Only root installs it.

# command (or file) → Debian package that brings it
system_needs=(
  newuidmap=uidmap
  newgidmap=uidmap
  fuse-overlayfs=fuse-overlayfs
  squashfuse=squashfuse
  fuse2fs=fuse2fs
  ip=iproute2
  iptables=iptables
  /usr/lib/cni/bridge=containernetworking-plugins
  nsenter=util-linux
  setpriv=util-linux
)

ensure_system() {
  local missing
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} > 0)); then
    command -v apt-get >/dev/null ||
      fail "This machine lacks what Debian calls ${missing[*]}." "Install that with its package manager, then run this again."
    long "System packages: installing ${missing[*]}" "$try_again" install_packages "${missing[@]}"
  fi
  open_fuse
}

missing_packages() {
  local need
  for need in "${system_needs[@]}"; do
    command -v "${need%%=*}" >/dev/null || printf '%s\n' "${need#*=}"
  done | sort -u
}

# Every user's container may need FUSE; udev opens it, where there is a udev.
open_fuse() {
  [[ -c /dev/fuse && $(stat -c %a /dev/fuse) != 666 ]] || return 0
  chmod 666 /dev/fuse
  say "FUSE: /dev/fuse opened to all users (0666)"
}
