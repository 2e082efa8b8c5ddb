# shellcheck shell=bash
# What a person reads while the set-up works: one line a step, on stderr.

# The exit status of fail, by which `long` knows that the reason has been said.
readonly said_why=78

say() {
  printf '%s\n' "$*" >&2
}

# One sentence on what can't be had, then what to do next, each on its own line.
fail() {
  say "set-up: $1"
  shift
  if (($# > 0)); then printf '%s\n' "$@" >&2; fi
  exit "$said_why"
}

readonly try_again='It needs the network and working package sources. When they are right, run this again: what is done stays done.'

# A scratch folder for this run, gone with it. Open to all: apt downloads as an
# account of its own.
begin() {
  scratch=$(mktemp -d)
  chmod 755 "$scratch"
  trap 'end $?' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

end() {
  stop_ticker
  rm -rf -- "$scratch"
  case $1 in
    0 | "$said_why" | 130 | 143) ;;
    *) say "set-up: stopped with status $1; what went wrong stands above." ;;
  esac
}

# long TITLE ADVICE COMMAND…: runs a step that takes its time, shows that it is
# alive and how long it took. Its output is shown only when it fails, the advice
# after it. Never call it in a condition (`long … || …`): bash would ignore
# failures inside the step.
long() {
  local title=$1 advice=$2 log started=$SECONDS status
  shift 2
  log=$scratch/step.log
  say "$title …"
  tick &
  ticker=$!
  set +e
  (
    set -e
    "$@"
  ) </dev/null >"$log" 2>&1
  status=$?
  set -e
  stop_ticker
  if ((status != 0)); then
    tail -n 20 "$log" >&2
    ((status == said_why)) || fail "This didn't work, the reason stands above: $title" "$advice"
    exit "$status"
  fi
  say "  done in $((SECONDS - started)) s"
}

# On a terminal the seconds count up in place; elsewhere a line every 20 s. The
# wait is bash's own (a read that nothing answers), so that no `sleep` is left
# behind to hold the pipe of whoever reads us.
tick() {
  local seconds=0
  while true; do
    read -rt 1 <> <(:) || true
    seconds=$((seconds + 1))
    if [[ -t 2 ]]; then
      printf '\r  %d s ' "$seconds" >&2
    elif ((seconds % 20 == 0)); then
      say "  still at it after $seconds s"
    fi
  done
}

stop_ticker() {
  [[ -n ${ticker:-} ]] || return 0
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  ticker=
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}
