# shellcheck shell=bash
# The account that containers run as, and the group that may talk to the daemon.
# The account is never in that group: a process that breaks out of a container
# must not find the daemon's door open.

readonly subordinate_ids=65536

# `apptainer build --fakeroot` lays its caller's home over /root and fails where
# there is none. Root owns this one and it stays empty, so that what one image's
# build leaves behind never waits there for the next.
readonly account_home=/var/lib/aptorch-ct

ensure_account() {
  if ! getent group "$aptorch_group" >/dev/null; then
    groupadd --system "$aptorch_group"
    say "Group: $aptorch_group made, its members may talk to aptorchd"
  fi
  if ! getent passwd "$aptorch_account" >/dev/null; then
    make_account
    say "Account: $aptorch_account made, containers run as it"
  fi
  ensure_home
  ensure_subordinate_ids
}

make_account() {
  getent group "$aptorch_account" >/dev/null || groupadd --system "$aptorch_account"
  useradd --system --gid "$aptorch_account" --no-create-home --home-dir "$account_home" \
    --shell "$(command -v nologin || echo /bin/false)" --comment 'aptorch containers' "$aptorch_account"
}

ensure_home() {
  local home
  home=$(getent passwd "$aptorch_account" | cut -d: -f6)
  if [[ -d $home ]]; then return; fi
  install --directory --mode 755 "$account_home"
  if [[ $home != "$account_home" ]]; then usermod --home "$account_home" "$aptorch_account"; fi
}

# System accounts get no ranges of their own accord. Ranges that are there stay.
ensure_subordinate_ids() {
  local first file flag
  first=$(free_range)
  for file in subuid subgid; do
    if has_range "/etc/$file" "$aptorch_account"; then continue; fi
    [[ -e /etc/$file ]] || touch "/etc/$file" # usermod doesn't make it
    flag=--add-${file}s
    usermod "$flag" "$first-$((first + subordinate_ids - 1))" "$aptorch_account"
    say "Account: $aptorch_account got $subordinate_ids subordinate ids from $first in /etc/$file"
  done
}

# has_range FILE USER: the file names a user by name or by number.
has_range() {
  [[ -r $1 ]] && awk -F: -v name="$2" -v uid="$(id -u "$2")" \
    '($1 == name || $1 == uid) && $3 >= 65536 { found = 1 } END { exit !found }' "$1"
}

# The first id of a range that neither file has given away, from 100000 on as
# login.defs has it: ids of two users that overlap would let one into the other's files.
free_range() {
  { cat /etc/subuid /etc/subgid 2>/dev/null || true; } | sort -t: -k2,2n | awk -F: -v size="$subordinate_ids" '
    BEGIN { first = 100000 }
    NF == 3 && $2 < first + size && $2 + $3 > first { first = $2 + $3 }
    END { printf "%d\n", first }'
}
