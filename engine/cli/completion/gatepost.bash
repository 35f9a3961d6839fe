# bash asks the program itself what may stand next. A line is a word, a tab and its meaning, or :ENDING for files.
_gatepost() {
  local word words=() endings=() current=${COMP_WORDS[COMP_CWORD]}
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    [[ $word == = ]] || words+=("$word")
  done
  if [[ $current == = ]]; then # --kind=: bash takes the sign for a word
    words+=("")
    current=
  fi
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    case $word in
      :*) endings+=("${word#:}") ;;
      *) COMPREPLY+=("$word") ;;
    esac
  done < <("$1" complete "${words[@]}" 2>/dev/null)
  [ ${#endings[@]} = 0 ] && return
  compopt -o filenames 2>/dev/null # a folder gets its slash
  for word in "${endings[@]}"; do
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!*.$word" -- "$current")
  done
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current")
}
complete -F _gatepost gatepost
