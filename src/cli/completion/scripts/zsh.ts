/** What zsh reads. It asks the program for every word, under the name that was typed. */
export const zshScript = `#compdef backup-ns
# Completion of backup-ns for zsh. In ~/.zshrc, after compinit: source <(backup-ns completion zsh)
_backup_ns() {
  local line value meaning directive=4
  local -a candidates asked
  asked=("\${(@Q)words[2,CURRENT]}")
  # By eval, as the program may be an alias.
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      directive=\${line#:}
    else
      value=\${line%%$'\\t'*}
      meaning=
      if [[ $line == *$'\\t'* ]]; then meaning=:\${line#*$'\\t'}; fi
      candidates+=("\${value//:/\\\\:}$meaning")
    fi
  done < <(eval "\${words[1]} __complete \\"\\\${(@)asked}\\"" 2>/dev/null)
  if (( \${#candidates} > 0 )); then
    _describe -t backup-ns backup-ns candidates
  elif [[ $directive == 0 ]]; then
    _files
  fi
}
if [[ \${funcstack[1]} == _backup-ns ]]; then
  _backup_ns "$@"
else
  compdef _backup_ns backup-ns
fi
`;
