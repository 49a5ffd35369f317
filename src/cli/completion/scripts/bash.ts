/** What bash reads. It asks the program for every word, under the name that was typed. */
export const bashScript = `# Completion of backup-ns for bash 3.2 and later. In ~/.bashrc: source <(backup-ns completion bash)
_backup_ns() {
  local i word line value current prefix= directive=4 n=0
  local -a words
  COMPREPLY=()
  # Bash takes --flag=value for three words.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $n -gt 0 && $word == '=' && \${words[n - 1]} == --* && \${words[n - 1]} != *=* ]]; then
      words[n - 1]+='='
    elif [[ $n -gt 0 && \${words[n - 1]} == --*= ]]; then
      words[n - 1]+=$word
    else
      words[n]=$word
      n=$((n + 1))
    fi
  done
  current=\${words[n - 1]}
  if [[ $current == --*=* && $COMP_WORDBREAKS == *=* ]]; then prefix=\${current%%=*}=; fi
  # By eval, as the program may be an alias.
  while IFS= read -r line; do
    case $line in
      :*) directive=\${line#:} ;;
      *)
        value=\${line%%$'\\t'*}
        COMPREPLY+=("\${value#"$prefix"}")
        ;;
    esac
  done < <(eval "\${COMP_WORDS[0]} __complete \\"\\\${words[@]}\\"" 2>/dev/null)
  if [[ $directive == 0 ]]; then compopt -o default 2>/dev/null; fi
}
complete -F _backup_ns backup-ns
`;
