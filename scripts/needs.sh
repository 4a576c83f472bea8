# shellcheck shell=bash disable=SC2154 # variables that env.sh sets
# Sourced by setup.sh: what is missing for a purpose (build, fleet, test, nodes).

has() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

# needed_packages PURPOSE: the Debian packages that are missing.
needed_packages() {
  local list=''
  has node || list="$list nodejs"
  has npm || list="$list npm"
  if [ "$1" != build ]; then
    has ssh-keygen || list="$list openssh-client"
    engine_is_there || list="$list docker.io$(client_package)"
    has mmdebstrap || images_are_there || registry_answers || list="$list mmdebstrap"
    mirror_is_there || python3 -m pip --version >/dev/null 2>&1 || list="$list python3-pip"
  fi
  if [ "$1" = arm ]; then
    has go || list="$list golang-go"
    has qemu-arm-static || list="$list qemu-user-static"
    # For the images of other processors, which no registry is asked for.
    has mmdebstrap || list="$list mmdebstrap"
    has arch-test || list="$list arch-test"
    has mount || list="$list mount"
    # Counts what a run starts on a board.
    has strace || list="$list strace"
  fi
  if [ "$1" = test ] || [ "$1" = nodes ]; then
    has sshd || list="$list openssh-server"
    has sudo || list="$list sudo"
    has unshare || list="$list util-linux"
    has busybox || list="$list busybox-static"
    has mksh || list="$list mksh"
    has doas || list="$list opendoas"
    has fish || list="$list fish"
    has tcsh || list="$list tcsh"
    has socat || list="$list socat"
    has nc.traditional || list="$list netcat-traditional"
    has nc.openbsd || list="$list netcat-openbsd"
    has shellcheck || list="$list shellcheck"
  fi
  printf '%s' "${list# }"
}

# needed_nodes PURPOSE: the versions of Node to be fetched from npm.
needed_nodes() {
  local list='' version
  node_is_new_enough || list="$node_for_old_machines"
  if [ "$1" = nodes ]; then
    for version in $nodes_of_ci; do
      case " $list " in *" $version "*) continue ;; esac
      [ -x "$(node_dir "$version")/node" ] || list="$list $version"
    done
  fi
  printf '%s' "${list# }"
}

# A program named docker may be there without an engine: ask the socket. An engine we can start counts too.
engine_is_there() {
  has docker && { has dockerd || timeout 10 docker version >/dev/null 2>&1; }
}

# Debian 13 keeps the client in a package of its own, which is only recommended.
client_package() {
  # shellcheck source=/dev/null
  ! has docker && [ "$(. /etc/os-release && echo "${VERSION_ID:-0}")" -ge 13 ] && printf ' docker-cli'
}

# Both images that the fleet uses were made here before; whether for today's recipe, the fleet will see.
images_are_there() {
  local suite
  for suite in bookworm trixie; do
    timeout 10 docker image ls -q "vprov-host:$suite-*" 2>/dev/null | grep -q . || return 1
  done
}

# Only an engine that runs already can tell; a machine where we start one first gets mmdebstrap.
registry_answers() {
  timeout 10 docker version >/dev/null 2>&1 && timeout 20 docker pull -q debian:bookworm >/dev/null 2>&1
}

mirror_is_there() {
  [ "$(find "$vprov_cache/mirror/unpacked/openbao" -name bao 2>/dev/null | wc -l)" -ge 2 ]
}

# What npm installed is what the lock file says. Newer is not different (a checkout touches files, and so does
# another npm install): the two are compared before all packages are thrown away.
project_packages_are_current() {
  local installed=node_modules/.package-lock.json
  [ -e "$installed" ] || return 1
  [ package-lock.json -nt "$installed" ] || return 0
  node -e '
    const {readFileSync} = require("node:fs");
    const read = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
    const [wanted, found] = [read("package-lock.json"), read(process.argv[1])];
    delete wanted[""];
    const same = (path) => wanted[path]?.version === found[path]?.version;
    const paths = Object.keys({...found, ...wanted});
    process.exit(paths.every((path) => (path in found ? same(path) : wanted[path].optional)) ? 0 : 1);
  ' "$installed" && touch "$installed"
}
