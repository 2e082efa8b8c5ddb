# shellcheck shell=bash
# The packages that aptorch is made with, and aptorch itself. Paths are the
# clone's: `run` has gone there.
#
# A stamp remembers when each was last done. It is dated before the work begins:
# a file saved during the build counts as newer.

ensure_dependencies() {
  [[ -e package.json ]] || return 0
  if [[ -d node_modules ]] && up_to_date dependencies \
    {,packages/*/}package.json pnpm-lock.yaml pnpm-workspace.yaml .npmrc; then return; fi
  long "Dependencies: fetching what pnpm-lock.yaml names" "$try_again" stamped dependencies run_pnpm install --frozen-lockfile
}

ensure_build() {
  grep -qs '"build" *:' package.json || return 0
  if [[ -d dist ]] && up_to_date build packages/*/src {,packages/*/}{package,tsconfig*}.json \
    scripts/build* pnpm-lock.yaml; then return; fi
  long "Build: making dist/aptorchd and dist/aptorch" 'Put that right in the sources, then run this again.' stamped build run_pnpm run build
}

# up_to_date NAME PATH…: nothing at or below these paths is newer than the stamp.
# Folders count too, so that a deleted file is seen; a path that isn't there doesn't.
up_to_date() {
  local stamp=$aptorch_runtime/$1.stamp
  shift
  [[ -e $stamp ]] || return
  [[ -z $(find "$@" -newer "$stamp" -print -quit 2>/dev/null || true) ]]
}

stamped() {
  local stamp=$aptorch_runtime/$1.stamp
  shift
  touch "$stamp.new"
  "$@"
  mv "$stamp.new" "$stamp"
}

# CI=true: pnpm never asks a question, not even before it replaces node_modules.
run_pnpm() {
  CI=true "$aptorch_pnpm" "$@"
}
