import type { RouteName } from '@aptorch/shared'

/** For a subcommand's help: what is typed after `aptorch`, and what it does. */
export type Example = readonly [line: string, does: string]

export const examplesOf = (name: RouteName): readonly Example[] => examples[name] ?? []

const examples: { readonly [Name in RouteName]?: readonly Example[] } = {
  start: [
    ['start docker://alpine:3.20 -- sleep 60', "Run a program from a registry's image"],
    ['start ./tools.sif -v ./data:/data:ro -e A=b', 'With a folder, read-only, and a variable'],
    ['start ./web.sif --net bridge -p 8080:80', 'With a network address of its own, and port 8080 leading to it'],
    ['start ./tools.sif --cpus 1.5 --memory 512m', 'With no more than this of the machine'],
    ['start ./tools.sif -- sh -c "date; id"', 'Several commands: give them to a shell'],
  ],
  stop: [['stop web db --time 30', 'Two at once; 30 seconds until SIGKILL']],
  pause: [['pause web db', 'Two at once']],
  resume: [['resume web', 'It goes on where it was']],
  update: [
    ['update web --cpus 2 --memory 1g --pids 200', 'Change the limits; what is not named stays'],
    ['update web --memory none', 'Take a limit away'],
  ],
  getallcont: [
    ['ps --state running --label owner=anna', 'Those that run and have this label'],
    ['rm $(aptorch ps -q --state exited)', 'Remove all whose command has ended'],
  ],
  deletecont: [['rm --force --data web', 'Stop it and leave nothing of it']],
  createvolume: [
    ['volume add web /srv/data:/data:ro', 'Bind a folder, read-only'],
    ['volume add web ./uploads:/uploads:U', "Bind a folder, and give it to the container's account"],
  ],
  removevolume: [
    ['volume rm web /data', 'Take it out again'],
    ['volume rm --force web /data', 'Also while a program uses it'],
  ],
}
