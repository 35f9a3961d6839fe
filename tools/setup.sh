# Sourced by tools/run and tools/test: `need build test` installs the packages of these sections that are missing.

packages_of() {  # SECTION…
  for section in "$@"; do
    sed -n "/^\[$section\]/,/^\[/{/^[^[#]/p}" tools/packages.txt
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "These packages are missing and need root to install: run '$*' as root, then this again." >&2
    exit 1
  fi
}

need() {  # SECTION…
  local wanted missing
  mapfile -t wanted < <(packages_of "$@")
  missing=$(comm -23 <(printf '%s\n' "${wanted[@]}" | sort) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u))
  [ -z "$missing" ] && return
  echo "Installing $(wc -w <<<"$missing") packages:" $missing
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
}
