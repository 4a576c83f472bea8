/*
 * What people bring along from Ansible, and from other tools, that has another name here or none yet.
 */

const apt = "use 'apt', or 'package'; other package managers are not supported yet";
const program = "use 'command', with 'creates' or a 'register' and 'changed_when' that say when it is done";
const fetched =
  "use 'release' for programs that are published with checksums; else put the file beside the playbook and 'copy' it";
const become = "write 'become: true', and 'become_user: NAME' for who";
const password = "set 'become_password' in the inventory, encrypted, or run with -K";

const hints: Readonly<Record<string, string>> = {
  include: "write 'include_tasks: FILE' or 'import_tasks: FILE'",
  sudo: become,
  su: become,
  sudo_user: become,
  su_user: become,
  become_pass: password,
  become_password: password,
  sudo_pass: password,
  service: "use 'systemd'",
  sysvinit: "use 'systemd'",
  systemd_service: "use 'systemd'",
  daemon_reload: 'leave it out: vprov sees when a unit file has changed',
  yum: apt,
  dnf: apt,
  dnf5: apt,
  apk: apt,
  pacman: apt,
  zypper: apt,
  homebrew: apt,
  snap: program,
  apt_key: "'copy' the key to /etc/apt/keyrings, and name it by signed-by in the sources",
  apt_repository: "'copy' a file to /etc/apt/sources.list.d",
  deb822_repository: "'copy' a file to /etc/apt/sources.list.d",
  debconf: program,
  pip: program,
  npm: program,
  gem: program,
  get_url: fetched,
  unarchive: "unpack it beside the playbook, and 'copy' the directory",
  git: "clone it beside the playbook, and 'copy' the directory",
  synchronize: "'copy' takes directories",
  assemble: "use 'template'",
  setup: 'leave it out: facts come with the first request, as facts.…',
  gather_facts: 'it belongs to a play; facts come with the first request, as facts.…',
  ping: "leave it out: a host that does not answer is told; 'vprov facts' asks all of them",
  service_facts: "use 'command: systemctl is-active NAME' with 'reads_only: true'",
  package_facts: "use 'command: dpkg-query -W NAME' with 'reads_only: true'",
  getent: "use 'command: getent …' with 'reads_only: true'",
  expect: "use 'command' with 'stdin'",
  iptables: program,
  ufw: program,
  firewalld: program,
  modprobe: "'copy' a file to /etc/modules-load.d",
  locale_gen: program,
  docker_container: program,
  docker_compose: program,
  docker_compose_v2: program,
  docker_image: program,
  wait: "use 'wait_for' or 'pause'",
  print: "use 'debug'",
  echo: "use 'debug'",
  env: "write 'environment:'",
  only_if: "write 'when:'",
  unless: "write 'when: not …'",
  creates: 'it is an argument of command, shell and script: indent it below the module',
  depends_on: 'tasks run in the order in which they stand',
};

/** What there is instead of a keyword or module of another tool. */
export function foreignHint(name: string): string | undefined {
  return Object.hasOwn(hints, name) ? hints[name] : undefined;
}
