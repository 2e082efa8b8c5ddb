# shellcheck shell=bash
# Programs that the demo and the tests use, unpacked from the machine's own
# suites into the clone's .tools instead of installed: Debian would run
# docker-registry as a service of the machine.

# ensure_tools NAME=PACKAGE…
ensure_tools() {
  local tool missing=()
  for tool in "$@"; do
    [[ -x $aptorch_tools/bin/${tool%%=*} ]] || missing+=("$tool")
  done
  ((${#missing[@]} > 0)) || return 0
  mkdir -p "$aptorch_tools/bin"
  if command -v apt-get >/dev/null; then
    long "Tools: fetching ${missing[*]#*=} into .tools" "$try_again" fetch_tools "${missing[@]}"
  else
    for tool in "${missing[@]}"; do link_own_tool "${tool%%=*}"; done
  fi
}

fetch_tools() {
  local tool
  for tool in "$@"; do
    fetch_tool "${tool%%=*}" "${tool#*=}"
  done
}

# One tree a tool, with the libraries that the machine lacks, renamed into place
# when it is whole.
fetch_tool() {
  local name=$1 package=$2 packages tree=$aptorch_tools/$1
  packages=$(with_dependencies own "$package")
  if [[ -z $packages ]]; then
    link_own_tool "$name"
    return
  fi
  rm -rf -- "$tree" "$tree.new"
  # shellcheck disable=SC2086  # a list of names
  fetch_packages own "$tree.new" $packages
  mv -T -- "$tree.new" "$tree"
  make_launcher "$name"
}

# The package is installed on the machine already, or there is no apt to ask.
link_own_tool() {
  local own
  own=$(command -v "$1") || fail "$1 isn't on PATH." "Install it with this machine's package manager, then run this again."
  ln -sfn "$own" "$aptorch_tools/bin/$1"
}

# Programs that need libraries get a launcher that finds them; the others are files that stand alone (busybox is copied
# into containers, so it must be the program itself).
make_launcher() {
  local name=$1 launcher=$aptorch_tools/bin/$1 program
  case $name in
    skopeo | curl)
      cp "$here/tool-launcher" "$launcher"
      chmod 755 "$launcher"
      ;;
    *)
      program=$(cd "$aptorch_tools" && find "$name" -path "*bin/$name" -type f | grep .)
      ln -sfn "../$program" "$launcher"
      ;;
  esac
}
