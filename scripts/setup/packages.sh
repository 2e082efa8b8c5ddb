# shellcheck shell=bash
# Debian packages, taken with an apt state of our own (lists, cache, hooks), so
# that the machine's own state isn't touched and a plain user can do it too.

# fetch_packages SUITE DIR PACKAGE…: downloads packages and unpacks them into
# DIR, installing nothing. SUITE is `own`, the suites that the machine itself
# uses, or a suite's name on the machine's own Debian mirror.
fetch_packages() {
  local suite=$1 into=$2 downloads
  shift 2
  prepare_apt "$suite"
  downloads=$(mktemp -d "$scratch/debs.XXXXXX")
  open_to_apt "$downloads"
  (cd "$downloads" && private_apt "$suite" apt-get --quiet download "$@")
  mkdir -p "$into"
  local deb
  for deb in "$downloads"/*.deb; do
    dpkg-deb --extract "$deb" "$into"
  done
  rm -rf "$downloads"
}

# with_dependencies SUITE PACKAGE…: prints those packages and what they need, as
# far as the machine doesn't have them.
with_dependencies() {
  local suite=$1
  shift
  prepare_apt "$suite"
  private_apt "$suite" apt-get --simulate --no-install-recommends install "$@" |
    awk '$1 == "Inst" { print $2 }'
}

# install_packages PACKAGE…: into the system, from its own suites; root only.
install_packages() {
  prepare_apt own
  private_apt own apt-get --quiet --yes --no-install-recommends install "$@"
}

# Its TMPDIR is the scratch folder too: apt, interrupted, leaves files there.
private_apt() {
  local suite=$1
  shift
  TMPDIR=$scratch/apt-$suite DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 LC_ALL=C \
    "$1" --config-file="$scratch/apt-$suite/apt.conf" "${@:2}"
}

# Reads the suite's package lists, once a run. A failing update alone is no
# failure (a third party's source may be down): what's missing shows at the download.
prepare_apt() {
  local suite=$1 state=$scratch/apt-$1
  [[ ! -e $state/ready ]] || return 0
  mkdir -p "$state/lists" "$state/cache"
  open_to_apt "$state"
  write_apt_config "$suite" "$state" >"$state/apt.conf"
  private_apt "$suite" apt-get --quiet update >&2 || true
  touch "$state/ready"
}

# The machine's apt.conf.d stays in force (a proxy may stand there), without the
# hooks, which are for the machine's own lists and fail for a plain user.
write_apt_config() {
  local suite=$1 state=$2
  cat <<END
Dir::State::Lists "$state/lists";
Dir::Cache "$state/cache";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
DPkg::Lock::Timeout "120";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
END
  [[ $suite != own ]] || return 0
  debian_source "$suite" >"$state/suite.list"
  cat <<END
Dir::Etc::SourceList "$state/suite.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
END
}

# As root apt downloads as the account _apt, which must get at the folder.
open_to_apt() {
  chmod 755 "$1"
  if [[ $EUID == 0 ]] && id -u _apt >/dev/null 2>&1; then chown _apt "$1"; fi
}
