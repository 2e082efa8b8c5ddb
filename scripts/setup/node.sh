# shellcheck shell=bash
# The JavaScript runtime and pnpm, in the clone's .runtime, with the machine's npm.

readonly node_version=26.10.0 pnpm_version=12.21.0 oldest_node=24

# .runtime/bin/node is always made, the machine's own node behind it where that will do.
ensure_node() {
  local own
  if [[ -x $aptorch_node ]] && new_enough "$aptorch_node"; then return; fi
  mkdir -p "$aptorch_runtime/bin"
  if own=$(command -v node) && new_enough "$own"; then
    # Not the path found: that may be a version manager's shim.
    ln -sfn "$("$own" -p process.execPath)" "$aptorch_node"
    return
  fi
  local package
  package=node-linux-$(node_arch)
  ensure_libatomic
  long "Node: the machine has none from $oldest_node on, fetching $node_version into .runtime" "$try_again" \
    npm_install node "$package@$node_version"
  ln -sfn "../node/node_modules/$package/bin/node" "$aptorch_node"
  new_enough "$aptorch_node" || fail "The Node fetched into .runtime doesn't run on this machine." \
    "Install Node $oldest_node or newer, then run this again."
}

# The ready-made Node is linked against it, and a small Debian comes without.
ensure_libatomic() {
  if ldconfig -p | grep -q 'libatomic\.so\.1'; then return; fi
  local install
  install=$(install_command libatomic1)
  if [[ $EUID == 0 ]] && command -v apt-get >/dev/null; then
    long "System packages: installing libatomic1, which Node needs" "$try_again" install_packages libatomic1
  else
    fail "Node needs the library libatomic, which this machine lacks." "An administrator would have to run: $install"
  fi
}

ensure_pnpm() {
  local installed=$aptorch_runtime/pnpm/node_modules/pnpm/package.json
  if [[ -x $aptorch_pnpm ]] && grep -qs "\"version\": *\"$pnpm_version\"" "$installed"; then return; fi
  long "pnpm: fetching $pnpm_version into .runtime" "$try_again" npm_install pnpm "pnpm@$pnpm_version"
  cp "$here/pnpm-launcher" "$aptorch_pnpm"
  chmod 755 "$aptorch_pnpm"
}

new_enough() {
  local version
  version=$("$1" --version 2>/dev/null) || return
  version=${version#v}
  [[ ${version%%.*} -ge $oldest_node ]]
}

node_arch() {
  case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64) echo arm64 ;;
    *) fail "There is no ready-made Node for this machine ($(uname -m))." "Install Node $oldest_node or newer, then run this again." ;;
  esac
}

# npm_install FOLDER PACKAGE: into .runtime/FOLDER, whole or not at all. No
# scripts run: neither package needs any (pnpm finds its program without).
npm_install() {
  command -v npm >/dev/null || fail "npm isn't on PATH. Install Node with npm, any version from 20 on."
  local new=$aptorch_runtime/$1.new
  rm -rf -- "$new"
  mkdir -p "$new"
  # From in there: npm would take settings from the folder that it's called in.
  (cd "$new" && npm install --prefix "$new" --ignore-scripts --no-save --no-package-lock \
    --no-audit --no-fund --no-update-notifier --loglevel=error "$2")
  rm -rf -- "${aptorch_runtime:?}/$1"
  mv -T -- "$new" "$aptorch_runtime/$1"
}
