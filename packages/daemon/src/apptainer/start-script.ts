import { insideFolder } from './arguments.ts'

// Bound over the image's `/.singularity.d/startscript`, each of them begins by moving its output to the container's FIFOs. They
// are opened to read as well: then neither waits for a logger, nor is there ever a broken pipe, and what nobody has read yet is
// kept while the logger is replaced. A container that is started without FIFOs prints where Apptainer has it print.
const output = `[ -p ${insideFolder}/stdout ] && exec 1<>${insideFolder}/stdout 2<>${insideFolder}/stderr`

/**
 * The start script of a container with a command. Apptainer keeps an instance alive when its start script ends and
 * forgets the exit code, so this one writes it down. A signal goes to the command and to this script alike (they are one
 * process group): the script catches it, to live until it has the code. What is caught, unlike what is ignored, is reset
 * for the command.
 */
export const startScript = `#!/bin/sh
trap : TERM INT HUP QUIT USR1 USR2
${output}
/bin/sh ${insideFolder}/command </dev/null
echo "$?" >${insideFolder}/status/exit_code.new
mv ${insideFolder}/status/exit_code.new ${insideFolder}/status/exit_code
`

/** The start script of a container without one: it becomes the image's own, when there is a copy of that. */
export const imageStartScript = `#!/bin/sh
${output}
[ -e ${insideFolder}/image-start ] && exec ${insideFolder}/image-start "$@"
`

/**
 * The file that the start script runs: the shell lines, in their working directory, which is made as docker does. On
 * SIGTERM the shell waits for the program of the line that it is in, which gets the signal as well, takes that one's exit
 * code and runs no further line. Without the trap it would end at once, and the program with it before it could tidy up.
 */
export const commandFile = (lines: readonly string[], workingDir: string | null): string => {
  const folder = quote(workingDir ?? '/')
  return `trap 'exit $?' TERM\nmkdir -p -- ${folder} && cd -- ${folder} || exit 126\n${lines.join('\n')}\n`
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
