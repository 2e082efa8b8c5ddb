# shellcheck shell=bash
# Where the set-up puts things and where the other scripts find them. To be
# sourced; it changes nothing and prints nothing.
#
# shellcheck disable=SC2034  # the variables are for those who source this

aptorch_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
aptorch_runtime=$aptorch_root/.runtime
aptorch_node=$aptorch_runtime/bin/node
aptorch_pnpm=$aptorch_runtime/bin/pnpm
aptorch_tools=$aptorch_root/.tools
aptorch_busybox=$aptorch_tools/bin/busybox
aptorch_registry=$aptorch_tools/bin/docker-registry
aptorch_skopeo=$aptorch_tools/bin/skopeo
aptorch_account=aptorch-ct
aptorch_group=aptorch

# A plain user's own Apptainer lies in the clone, but one that root brought
# earlier serves everybody.
if [[ -n ${APTORCH_APPTAINER_PREFIX:-} ]]; then
  aptorch_prefix=$APTORCH_APPTAINER_PREFIX
elif [[ $EUID == 0 || -x /opt/aptorch-apptainer/usr/bin/apptainer ]]; then
  aptorch_prefix=/opt/aptorch-apptainer
else
  aptorch_prefix=$aptorch_root/.apptainer
fi

# Prints the Apptainer to use: the machine's own, else the one that the set-up
# brought. Fails, printing nothing, when there is neither.
aptorch_apptainer() {
  command -v apptainer && return
  [[ -x $aptorch_prefix/usr/bin/apptainer ]] && printf '%s\n' "$aptorch_prefix/usr/bin/apptainer"
}
