import {type Script, sh} from '../../shell/index.ts';

/**
 * Looks for servers of both products on a host, whoever made them, and writes nothing. It prints records of a name, a tab
 * and a value, a line each; of a file its size and path, then its bytes. `report.ts` reads them.
 *
 * A program is started only where a builtin does not do, and only once for many things: a bare host costs two of them.
 * Of the environment, which may hold tokens, only variables that move a member leave the host.
 * @see proc(5), systemctl(1), systemd.unit(5)
 */
export const lookForServers: Script = sh`
LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
newline='
'
moving='(VAULT|BAO)_(RAFT_[A-Z_]*|API_ADDR|CLUSTER_ADDR|REDIRECT_ADDR|ADVERTISE_ADDR|DISABLE_MLOCK|SEAL_TYPE|[A-Z]*_SEAL_TYPE|LOG_LEVEL|LOG_FORMAT|UI)'
given='|' told='|' paths='' units='' looked='|' known='|'

one() { printf '%s\t%s\n' "$1" "$2"; }

# A file's bytes, once.
give() {
  case $given in *"|$1|"*) return 0 ;; esac
  given="$given$1|"
  [ -e "$1" ] || return 0
  if ! [ -f "$1" ] || ! [ -r "$1" ]; then
    one unreadable "$1"
    return 0
  fi
  size=$(($(wc -c <"$1")))
  if [ "$size" -gt 262144 ]; then
    one unreadable "$1"
    return 0
  fi
  printf 'file\t%s\t%s\n' "$size" "$1"
  head -c "$size" "$1"
  echo
}

# What -config names: a file, or a folder whose .hcl and .json files are read.
configuration() {
  case $looked in *"|$1|"*) return 0 ;; esac
  looked="$looked$1|"
  if [ -d "$1" ]; then
    one folder "$1"
    for inner in "\${1%/}"/*.hcl "\${1%/}"/*.json; do
      [ -e "$inner" ] && configuration "$inner"
    done
    return 0
  fi
  give "$1"
  [ -f "$1" ] && [ -r "$1" ] || return 0
  paths="$paths$newline$(sed -n 's/^/ /; s/.*[^a-z_]path"\{0,1\}[[:space:]]*[=:][[:space:]]*"\([^"]*\)".*/\1/p' "$1")"
}

# The configurations of a command, one word a line on standard input. $1: where it runs. systemctl of systemd 252 shows no quotes:
# what is not there may go on with the next word.
configurations() {
  is_next='' begun=''
  while IFS= read -r word; do
    found=
    case $word in
    -config=* | --config=*) found=\${word#*=} ;;
    -config | --config) is_next=yes begun='' ;;
    '' | -*) is_next='' begun='' ;;
    *)
      if [ -n "$is_next" ]; then
        found=$word
      elif [ -n "$begun" ]; then
        found="$begun $word"
      fi
      is_next=''
      ;;
    esac
    case $found in
    '') continue ;;
    /*) ;;
    *) found="$1/$found" ;;
    esac
    if [ -e "$found" ]; then
      begun=''
      configuration "$found"
    else
      begun=$found
    fi
  done
}

# Of which product a program is, by what was built into it: into $product, empty for neither. $1: where it is, $2: its bytes.
product_of() {
  case $1 in
  /usr/local/lib/openbao/*) product=openbao ;;
  /usr/local/lib/vault/*) product=vault ;;
  *)
    case $known in
    *"|$1=openbao|"*) product=openbao ;;
    *"|$1=vault|"*) product=vault ;;
    *)
      product=
      if grep -qFs openbao/openbao "$2"; then
        product=openbao
      elif grep -qFs hashicorp/vault "$2"; then
        product=vault
      fi
      known="$known$1=$product|"
      ;;
    esac
    ;;
  esac
}

# The words of a command as systemctl shows it, a line each: quotes around those with blanks, no variable replaced.
words_of() {
  printf '%s\n' "$1" | xargs printf '%s\n' 2>/dev/null || printf '%s\n' "$1" | tr ' ' '\n'
}

# What a unit's server would read, from where it would be started: of $words, $directory (! before it: it may be missing; ~: the
# user's home) and $user, as systemctl shows them.
stopped() {
  directory=\${directory#!}
  if [ "$directory" = '~' ]; then
    directory=$(getent passwd "\${user:-root}" | cut -d: -f6)
  fi
  [ -z "$directory" ] || one directory "$directory"
  configurations "\${directory%/}" <<END
$words
END
  words='' user='' directory=''
}

unit() {
  case "$units " in *" $1 "*) ;; *) units="$units $1" ;; esac
}

data() {
  case $told in *"|$1|"*) return 0 ;; esac
  told="$told$1|"
  [ -d "$1" ] || return 0
  [ -e "$1/vault.db" ] || [ -e "$1/raft/raft.db" ] || [ -e "$1/core" ] || return 0
  one data "$1"
  one real "$(cd -P "$1" && pwd -P)"
  [ ! -e "$1/core" ] || one core yes
  [ ! -e "$1/vault.db" ] || one size "$(stat -c %s "$1/vault.db")"
  if [ -f "$1/node-id" ] && read -r id <"$1/node-id" || [ -n "$id" ]; then one node_id "$id"; fi
  id=
}
id=

give /var/lib/vprov/vault.json
while read -r line; do one init_cgroup "$line"; done </proc/1/cgroup
one init_namespace "$(readlink /proc/1/ns/pid)"

# grep does not find itself so. A process may end while one looks at it: that is no error.
for file in $(grep -ls 'serve[r]' /proc/[0-9]*/cmdline); do
  process=\${file%/cmdline}
  exe=$(readlink "$process/exe") && [ -n "$exe" ] && read -r name <"$process/comm" || continue
  words=$(tr '\0' '\n' <"$process/cmdline") || continue
  case "$newline$words$newline" in *"\${newline}server$newline"*) ;; *) continue ;; esac
  base=\${exe##*/}
  case "$exe $name" in
  /usr/local/lib/openbao/* | /usr/local/lib/vault/*) ;;
  *)
    case "$base $name" in
    *vault* | *bao*) ;;
    *) case $words in *-config* | *-dev*) ;; *) continue ;; esac ;;
    esac
    ;;
  esac
  place=$exe
  [ "$process/root/." -ef / ] || place="$process/root$exe"
  product_of "$place" "$process/exe"
  [ -n "$product" ] || continue
  directory=$(readlink "$process/cwd")
  one process "\${process#/proc/}"
  one exe "$exe"
  one product "$product"
  one directory "$directory"
  one namespace "$(readlink "$process/ns/pid")"
  [ "$process/root/." -ef / ] || one root elsewhere
  while read -r line; do
    one cgroup "$line"
    line=\${line##*/}
    case $line in *.service) unit "$line" ;; esac
  done <"$process/cgroup"
  while IFS= read -r line; do one argument "$line"; done <<END
$words
END
  tr '\0' '\n' <"$process/environ" | grep -E "^($moving|HOSTNAME|container)=" | while IFS= read -r line; do
    one variable "$line"
  done
  paths="$paths$newline$(tr '\0' '\n' <"$process/environ" | sed -n -e 's/^VAULT_RAFT_PATH=//p' -e 's/^BAO_RAFT_PATH=//p')"
  while read -r key value; do
    [ "$key" = PPid: ] || continue
    one parent "$(tr '\0' ' ' <"/proc/$value/cmdline")"
    break
  done <"$process/status"
  [ "$process/root/." -ef / ] && configurations "$directory" <<END
$words
END
done 2>/dev/null

set --
for folder in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
  [ -d "$folder" ] || continue
  [ "$folder" = /lib/systemd/system ] && [ "$folder" -ef /usr/lib/systemd/system ] && continue
  set -- "$@" "$folder"/*.service "$folder"/*.service.d/*.conf
done
for file in $(grep -lsE '^ExecStart[[:space:]]*=.*(vault|bao)' "$@") /etc/systemd/system/vault.service /etc/systemd/system/openbao.service; do
  [ -e "$file" ] || continue
  case $file in
  *.conf)
    file=\${file%/*} file=\${file%.d}
    ;;
  *) one unit_file "$file" ;;
  esac
  unit "\${file##*/}"
done
if [ -n "$units" ] && command -v systemctl >/dev/null; then
  # shellcheck disable=SC2086 # several words: names of units have no blanks
  shown=$(systemctl show --no-pager -p Id -p LoadState -p ActiveState -p UnitFileState -p FragmentPath -p DropInPaths \
    -p ExecStart -p EnvironmentFiles -p MainPID -p NeedDaemonReload -p WorkingDirectory -p User -- $units)
  # An empty line stands between two units, whose properties are in the order of systemctl.
  one unit ''
  words='' user='' directory=''
  while IFS= read -r line; do
    case $line in
    '')
      stopped
      one unit ''
      ;;
    FragmentPath=/*)
      one fragment "\${line#*=}"
      if [ -f "\${line#*=}" ] && IFS= read -r first <"\${line#*=}"; then one first_line "$first"; fi
      ;;
    ExecStart=*'argv[]='*)
      line=\${line#*argv\[\]=}
      line=\${line%% ; *}
      one command "$line"
      case "$line " in
      *' server '*)
        exe=$(readlink -f -- "\${line%% *}")
        product_of "$exe" "$exe"
        [ -z "$product" ] || one product "$product"
        ;;
      esac
      words="$words$newline$(words_of "$line")"
      ;;
    User=*) user=\${line#*=} ;;
    WorkingDirectory=*) directory=\${line#*=} ;;
    EnvironmentFiles=/*)
      line=\${line#*=} line=\${line% (*}
      one environment_file "$line"
      [ -f "$line" ] && [ -r "$line" ] || continue
      grep -E "^[[:space:]]*$moving=" "$line" | while IFS= read -r set_there; do one variable "$set_there"; done
      ;;
    ?*=*) one "\${line%%=*}" "\${line#*=}" ;;
    esac
  done <<END
$shown
END
  stopped
  one units_end ''
fi

for folder in /etc/vault.d /etc/openbao /etc/openbao.d /etc/vault; do
  [ ! -d "$folder" ] || configuration "$folder"
done

IFS=$newline
set -f
for file in $paths; do
  case $file in /*) ;; *) continue ;; esac
  file=\${file%/}
  data "$file"
  set +f
  for inner in "\${file%/*}"/*; do data "$inner"; done
  set -f
done
set +f
IFS=' '
for file in /vault/raft /vault/data /vault/file /opt/vault/data /opt/vault/raft /opt/openbao/data /var/vault /var/raft \
  /var/lib/openbao /var/lib/vault; do
  data "$file"
done

set --
for name in vault vault-enterprise openbao bao; do
  for file in "/var/lib/dpkg/info/$name.list" "/var/lib/dpkg/info/$name":*.list; do
    [ ! -e "$file" ] || set -- "$@" "$name"
  done
done
[ "$#" = 0 ] || dpkg-query -W -f 'package\t\${Package} \${Version} \${Status}\n' "$@"
one end ''
`;
