#!/bin/sh
# mdns.sh AVAHI SECONDS COMMAND...: in a network of two, this machine and a board, whose sshd is there at once and which
# announces itself as wallpi.local after so many seconds. Runs the command on this machine, with -i and an inventory of
# both at its end. To be run in namespaces of its own: mount, net, pid.
# AVAHI: where its packages are unpacked.
set -eu
avahi=$1 seconds=$2
shift 2
if [ "$avahi" = board ]; then
  # As the board: $seconds is the folder, $1 the time.
  here=$seconds
  mount -t tmpfs tmpfs /run
  mkdir -p /run/sshd /run/avahi-daemon
  read -r _ <"$here/moved"
  ip link set lo up
  ip link set vprov1 up
  ip addr add 10.77.0.2/24 dev vprov1
  /usr/sbin/sshd -f "$here/sshd_config"
  echo >"$here/listens"
  sleep "$1"
  exec "$here/daemon" -f "$here/wallpi.conf"
fi

here=$(mktemp -d)
libraries=$avahi/usr/lib/$(uname -m)-linux-gnu:$avahi/lib/$(uname -m)-linux-gnu
settings() {
  printf '[server]\nhost-name=%s\nuse-ipv6=no\nallow-interfaces=%s\nenable-dbus=no\n' "$1" "$2"
  printf '[publish]\npublish-workstation=no\n'
}
settings control vprov0 >"$here/control.conf"
settings wallpi vprov1 >"$here/wallpi.conf"
printf '%s\n' '#!/bin/sh' "export LD_LIBRARY_PATH=$libraries" \
  "exec $avahi/usr/sbin/avahi-daemon --no-drop-root --no-chroot --no-rlimits \"\$@\"" >"$here/daemon"
chmod 755 "$here/daemon"
echo 'avahi:x:990:990::/nonexistent:/bin/false' | cat /etc/passwd - >"$here/passwd"
echo 'avahi:x:990:' | cat /etc/group - >"$here/group"
sed 's/^hosts:.*/hosts: files mdns4_minimal [NOTFOUND=return] dns/' /etc/nsswitch.conf >"$here/nsswitch.conf"
for name in passwd group nsswitch.conf; do mount --bind "$here/$name" "/etc/$name"; done
mount -t tmpfs tmpfs /run
mkdir /run/avahi-daemon

ssh-keygen -q -t ed25519 -N '' -f "$here/host"
ssh-keygen -q -t ed25519 -N '' -f "$here/key"
printf '%s\n' 'ListenAddress 10.77.0.2' "HostKey $here/host" "AuthorizedKeysFile $here/key.pub" 'StrictModes no' \
  'PidFile none' "SetEnv LD_LIBRARY_PATH=$libraries" >"$here/sshd_config"
echo "wallpi.local,10.77.0.2 $(cat "$here/host.pub")" >"$here/known_hosts"
cat >"$here/hosts.yml" <<X
all:
  vars: {user: root, private_key_file: $here/key, known_hosts_file: $here/known_hosts, ssh_config_file: none}
  hosts: {wallpi: {host: wallpi.local}, twin: {host: 10.77.0.2}}
X

ip link set lo up
ip link add vprov0 type veth peer name vprov1
mkfifo "$here/moved" "$here/listens"
unshare --net --mount "$0" board "$here" "$seconds" </dev/null >/dev/null 2>&1 &
# It has its network as soon as it waits to be told so.
while [ "$(readlink /proc/$!/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
ip link set vprov1 netns $!
ip link set vprov0 up
ip addr add 10.77.0.1/24 dev vprov0
ip route add 224.0.0.0/4 dev vprov0
"$here/daemon" -f "$here/control.conf" </dev/null >/dev/null 2>&1 &
while [ ! -S /run/avahi-daemon/socket ]; do sleep 0.05; done
echo >"$here/moved"
read -r _ <"$here/listens"
status=0
LD_LIBRARY_PATH=$libraries "$@" -i "$here/hosts.yml" || status=$?
rm -r "$here"
exit $status
