# Sourced by the tools here: `build PRESET [TARGET…]` builds, and shows how far it is.

# On a terminal one line that changes, elsewhere a line every ten seconds; nothing where all is done within two. What the
# compiler says stands in build/PRESET.log, and is shown where it fails.
show_progress() {
  local begun=$SECONDS next=$((SECONDS + 2)) line done all left
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]] && [ "$SECONDS" -ge "$next" ] || continue
    done=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
    left=$(((SECONDS - begun) * (all - done) / done))
    line=$(printf '[%d/%d] some %d:%02d left  %s' "$done" "$all" $((left / 60)) $((left % 60)) "${BASH_REMATCH[3]##*/}")
    if [ -t 1 ]; then
      printf '\r\033[K%s' "${line:0:${COLUMNS:-100}}"
      next=$((SECONDS + 1))
    else
      printf '%s\n' "$line"
      next=$((SECONDS + 10))
    fi
  done
  [ ! -t 1 ] || printf '\r\033[K'
}

build() {  # PRESET TARGET…
  local preset=$1 log=build/$1.log
  shift
  if ! cmake --build "build/$preset" ${1:+--target "$@"} 2>&1 | tee "$log" | show_progress; then
    grep -v '^\[' "$log" | tail -n 40 >&2
    echo "The build failed: the last that it said is above, all of it in $PWD/$log." >&2
    return 1
  fi
}
