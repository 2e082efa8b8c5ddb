# shellcheck shell=bash
# What a user who isn't root lacks. Nothing is changed here: everything that only
# an administrator can do is said at once, as commands.

check_plain_user() {
  local file first ranges='' commands=() me
  me=$(id -un)
  if ! command -v newuidmap >/dev/null || ! command -v newgidmap >/dev/null; then
    commands+=("$(install_command uidmap)")
  fi
  first=$(free_range)
  for file in subuid subgid; do
    has_range "/etc/$file" "$me" ||
      ranges+=" --add-${file}s $first-$((first + subordinate_ids - 1))"
  done
  [[ -z $ranges ]] || commands+=("usermod$ranges $me")
  ((${#commands[@]} > 0)) || return 0
  fail "$me can't run containers on this machine yet. All that needs no administrator is done." \
    "An administrator would have to run:" "${commands[@]/#/  }" "Then run this again."
}

install_command() {
  if command -v apt-get >/dev/null; then
    echo "apt-get install $1"
  else
    echo "dnf install $(rpm_name "$1")    # or whatever package has it here"
  fi
}

rpm_name() {
  case $1 in
    uidmap) echo shadow-utils ;;
    *) echo "${1%1}" ;;
  esac
}

# Root's containers need these as well: they run as a plain user, too.
check_user_namespaces() {
  local setting value
  for setting in user.max_user_namespaces kernel.unprivileged_userns_clone; do
    value=/proc/sys/${setting//.//}
    [[ ! -r $value || $(<"$value") != 0 ]] ||
      fail "This machine forbids user namespaces, without which no container runs unprivileged." \
        "An administrator would have to run: sysctl -w $setting=$([[ $setting == user.* ]] && echo 15000 || echo 1)"
  done
}
