# shellcheck shell=bash
# The machine's Debian mirror, read from its own apt sources.

# debian_source SUITE: prints a sources.list line for another suite (`sid`) of
# the mirror that the machine uses, checked against the same keys.
debian_source() {
  local suite=$1 uri keyring
  read -r uri keyring _ < <(debian_mirrors | sort -k3,3n -s | head -n 1) ||
    fail "No Debian mirror stands in this machine's apt sources (/etc/apt)." \
      "Add Debian's own, or install Apptainer by hand, then run this again."
  if [[ $keyring == - && -r /usr/share/keyrings/debian-archive-keyring.gpg ]]; then
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  fi
  if [[ $keyring == - ]]; then
    printf 'deb %s %s main\n' "$uri" "$suite"
  else
    printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$uri" "$suite"
  fi
}

# Lines of "URI KEYRING RANK". Third parties name their suites after Debian's
# too; a mirror of Debian has "debian" as the last part of its address (rank 0).
debian_mirrors() {
  local file
  {
    for file in /etc/apt/sources.list.d/*.sources; do
      [[ ! -r $file ]] || deb822_entries "$file"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
      [[ ! -r $file ]] || one_line_entries "$file"
    done
  } | awk -v codename="$(. /etc/os-release && printf %s "${VERSION_CODENAME:-sid}")" '
    {
      for (i = 3; i <= NF; i++)
        if ($i == codename || $i ~ /^(stable|testing|unstable|sid)$/) {
          print $1, $2, ($1 ~ /\/debian\/?$/ ? 0 : 1)
          next
        }
    }'
}

# "URI KEYRING SUITE…" of each one-line entry, KEYRING being - where none is
# named: deb [arch=amd64 signed-by=/path] URI SUITE COMPONENT…
one_line_entries() {
  awk '
    $1 != "deb" || /cdrom:/ { next }
    {
      keyring = "-"
      if (match($0, /\[[^]]*\]/)) {
        options = substr($0, RSTART + 1, RLENGTH - 2)
        $0 = "deb " substr($0, RSTART + RLENGTH)
        if (match(options, /signed-by=\/[^ ,]*/))
          keyring = substr(options, RSTART + 10, RLENGTH - 10)
      }
      if (/ main( |$)/) print $2, keyring, $3
    }' "$1"
}

# The same of a deb822 file: stanzas of "Field: value", with continuation lines
# (which may hold a whole key: that is no path, so KEYRING is -).
deb822_entries() {
  awk '
    function flush() {
      if (field["types"] ~ /(^| )deb( |$)/ && field["components"] ~ /(^| )main( |$)/ &&
          tolower(field["enabled"]) !~ /^ *(no|false|off|0) *$/) {
        split(field["uris"], uris, " ")
        split(field["signed-by"], keys, " ")
        print uris[1], (keys[1] ~ /^\// ? keys[1] : "-"), field["suites"]
      }
      split("", field)
    }
    /^#/ { next }
    /^[ \t]*$/ { flush(); next }
    /^[ \t]/ { field[name] = field[name] " " $0; next }
    { name = tolower($0); sub(/:.*/, "", name); sub(/^[^:]*: */, ""); field[name] = $0 }
    END { flush() }' "$1"
}
