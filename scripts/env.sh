# shellcheck shell=sh disable=SC2034 # what is set here is used by those who source it
# Sourced by what make runs: where the cache is, and a Node on the PATH that is new enough.

vprov_cache="${XDG_CACHE_HOME:-$HOME/.cache}/vprov"

# Pinned, as npm's package "node" carries them: the one for machines that have none, and those CI tries too.
node_for_old_machines=22.23.3
nodes_of_ci='22.23.3 24.21.0'
# Debian's npm runs only under Debian's node.
npm_for_old_machines=11.19.1

# macOS has no timeout(1): there the wait is as long as it is.
command -v timeout >/dev/null || timeout() { shift && "$@"; }

# The node on the PATH is at least 20.19.
node_is_new_enough() {
  _version="$(node -v 2>/dev/null)" || return 1
  _version="${_version#v}"
  _major="${_version%%.*}"
  _minor="${_version#*.}"
  _minor="${_minor%%.*}"
  [ "$_major" -gt 20 ] || { [ "$_major" -eq 20 ] && [ "$_minor" -ge 19 ]; }
}

# node_dir VERSION: where such a pinned Node is kept, with an npm beside it.
node_dir() {
  printf '%s/node/%s/node_modules/.bin' "$vprov_cache" "$1"
}

if ! node_is_new_enough && [ -x "$(node_dir "$node_for_old_machines")/node" ]; then
  VPROV_NODE_DIR="$(node_dir "$node_for_old_machines")"
  PATH="$VPROV_NODE_DIR:$PATH"
  export PATH VPROV_NODE_DIR
fi
