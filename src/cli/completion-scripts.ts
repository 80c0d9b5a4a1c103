/** Shells whose completion is known. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** Begins the line that asks the shell for names of files, with their endings behind it. */
export const filesDirective = ':files:';

/*
 * Each script asks the program itself, `procession __complete SHELL WORD…`, whose last word is the one that is being
 * written. It answers with a line for each word that fits, with its description behind a tab.
 */

const bash = `# Completion of procession for bash: source <(procession completion bash)
_procession() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line word
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  # bash takes "--option=value" apart into three words.
  if [[ "$current" == = ]]; then
    current=""
    words+=("")
  fi
  while IFS= read -r line; do
    if [[ "$line" == ${filesDirective}* ]]; then
      compopt -o filenames 2> /dev/null
      while IFS= read -r word; do
        if [[ -d "$word" || " \${line#${filesDirective}} " == *" \${word##*.} "* ]]; then COMPREPLY+=("$word"); fi
      done < <(compgen -f -- "$current")
    else
      word="\${line%%$'\\t'*}"
      if [[ "$word" == "$current"* ]]; then
        [[ "$word" == *= ]] && compopt -o nospace 2> /dev/null
        COMPREPLY+=("$word")
      fi
    fi
  done < <("\${COMP_WORDS[0]}" __complete bash "\${words[@]}" 2> /dev/null)
}
complete -F _procession procession
`;

const zsh = `#compdef procession
# Completion of procession for zsh: procession completion zsh > a folder of $fpath/_procession
_procession() {
  local line
  local -a found
  while IFS= read -r line; do
    if [[ "$line" == ${filesDirective}* ]]; then
      _files -g "*.(\${\${line#${filesDirective}}// /|})(-.)"
    else
      line="\${line//:/\\\\:}"
      found+=("\${line/$'\\t'/:}")
    fi
  done < <("\${words[1]}" __complete zsh "\${(@)words[2,CURRENT]}" 2> /dev/null)
  (( \${#found} )) && _describe procession found
}
if [[ "$funcstack[1]" == _procession ]]; then _procession "$@"; else compdef _procession procession; fi
`;

const fish = `# Completion of procession for fish: procession completion fish > ~/.config/fish/completions/procession.fish
function __procession_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] __complete fish $words[2..-1] 2> /dev/null)
    if string match -q '${filesDirective}*' -- $line
      set -l endings (string join '|' (string split ' ' (string replace '${filesDirective}' '' -- $line)))
      # What fish offers for a command that it does not know: files. Its own way to ask for endings offers all others too.
      string match -r ".*(?:/|\\.(?:$endings))"'$' -- (complete -C "__procession_files "(commandline -ct))
    else
      echo $line
    end
  end
end
complete -c procession -f -a '(__procession_complete)'
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
