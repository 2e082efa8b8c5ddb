import type { RouteName } from '@aptorch/shared'

/** Examples for a subcommand's help: what is typed after `aptorch`, and what it does. */
export const examples: { readonly [Name in RouteName]?: readonly (readonly [line: string, does: string])[] } = {
  start: [
    ['start docker://alpine:3.20 -- sleep 60', "Run a program from a registry's image"],
    ['start ./tools.sif -v ./data:/data:ro -e A=b', 'With a folder, read-only, and a variable'],
    ['start ./tools.sif -- sh -c "date; id"', 'Several commands: give them to a shell'],
  ],
  stop: [['stop web db --time 30', 'Two at once; 30 seconds until SIGKILL']],
  getallcont: [
    ['ps --state running --label owner=anna', 'Those that run and have this label'],
    ['rm $(aptorch ps -q --state exited)', 'Remove all whose command has ended'],
  ],
  deletecont: [['rm --force --data web', 'Stop it and leave nothing of it']],
  createvolume: [['volume add web /srv/data:/data:ro', 'Bind a folder, read-only']],
  removevolume: [['volume rm web /data', 'Take it out again']],
}
