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
    ['start ./tools.sif --wait -- make test', 'Wait for its end, and have its exit code'],
    ['start ./web.sif --restart on-failure:3 --health-cmd "wget -qO- localhost"', 'Looked after'],
  ],
  exec: [
    ['exec web ls -l /srv', 'Run a program; all behind the name is its own'],
    ['exec -it -w /srv -e A=b web sh', 'With a terminal, a folder and a variable'],
    ['exec -i web -- tar x -C /data <data.tar', 'With standard input'],
  ],
  terminal: [
    ['shell web', "The container's shell"],
    ['shell -u 1000 web /bin/bash -l', 'Another one, as another user'],
  ],
  logs: [
    ['logs -f --tail 10 web', 'The last ten lines, and what comes'],
    ['logs --since 1h30m -t --stream stderr web', 'Errors of the last while, with their times'],
  ],
  stats: [
    ['stats', 'All that are active, kept up to date'],
    ['stats --no-stream web db', 'Two of them, once'],
  ],
  events: [
    ['events --since 10m --type exited --type failed', 'What ended, from ten minutes ago on'],
    ['events --no-follow --since 1h --json web', 'A line of JSON each, and no waiting'],
  ],
  wait: [
    ['wait web', 'Until it has ended: prints its exit code'],
    ['wait --until healthy --timeout 1m web', 'Until its health check is content; 1 when that takes longer'],
  ],
  readarchive: [['readarchive web /srv > srv.tar', 'A folder']],
  writearchive: [['writearchive web /srv < srv.tar', 'Into the folder /srv']],
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
