import { UsageError } from '../errors.ts'

/** The hidden subcommand that the scripts ask: the words after it are those typed so far, the last one unfinished. */
export const completeCommand = '__complete'

/** Per shell, the script that makes it ask. Where nothing is offered, the shell completes names of files. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_aptorch() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" ${completeCommand} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  case "\${COMPREPLY[0]}" in *:) compopt -o nospace 2>/dev/null;; esac
}
complete -o bashdefault -o default -F _aptorch aptorch
`,
  zsh: `#compdef aptorch
_aptorch() {
  local -a offered
  offered=(\${(f)"$("\${words[1]}" ${completeCommand} "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#offered} )); then compadd -a offered; else _files; fi
}
compdef _aptorch aptorch
`,
}

export const shells = Object.keys(scripts)

/** The script for `aptorch completion SHELL`. Throws a UsageError. */
export const scriptFor = (words: readonly string[]): string => {
  const [shell = '', ...more] = words
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
  if (script === undefined || more.length > 0) {
    throw new UsageError(
      `completion: got ${JSON.stringify(words.join(' '))}, want ${shells.join(' or ')}`,
      'completion',
    )
  }
  return script
}
