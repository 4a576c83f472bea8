import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import {type AddressInfo, createServer as createTcpServer} from 'node:net';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {Secret} from '../../src/text/index.ts';
import {
  type Connection,
  type ConnectOptions,
  createConnector,
  httpRequest,
} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {authorize} from './keys.ts';
import {askerPassword, type Ring, type RingOptions, startRing, transports, without} from './ring.ts';

/** What a host has that others have not, and whether it is served or refused by name. */
interface Quirk extends Partial<Pick<RingOptions, 'shell' | 'sshdConfig' | 'setUp'>> {
  readonly name: string;
  readonly login?: (ring: Ring) => Partial<ConnectOptions>;
  /** A refusal's message and hint, together; by one of the two, where the other serves. Undefined: served. */
  readonly refused?: RegExp | Partial<Record<(typeof transports)[number], RegExp>>;
  /** There is a host on the way, and it has this. */
  readonly bastion?: Partial<Pick<RingOptions, 'shell' | 'sshdConfig' | 'setUp'>>;
}

const password = new Secret('password', askerPassword);
/** The login user's shell is another. */
/** The file stays the same one, or the host would keep the old. It has to be in force, or the host does not start. */
const loginShell = (shell: string): string =>
  `sed 's|\\(home-pi\\):/bin/sh$|\\1:${shell}|' $directory/passwd >$directory/passwd-new
cat $directory/passwd-new >$directory/passwd
grep -q '^pi:.*:${shell}$' /etc/passwd`;
/** How long account and password of the login user hold. @see shadow(5): the fields after the password */
const inShadow = (fields: string): string =>
  `sed 's/^\\(pi:[^:]*\\):.*/\\1:${fields}/' $directory/shadow >$directory/shadow-new
cat $directory/shadow-new >$directory/shadow`;
/** sudo and su look whether the account and the password hold, as they do where nobody has turned that off. */
const pamAccounts = [
  "printf '%s\\n' 'auth sufficient pam_rootok.so' 'auth required pam_unix.so nodelay' 'account required pam_unix.so' 'password required pam_unix.so' 'session required pam_permit.so' >/run/pam-accounts",
  'for program in sudo su; do mount --bind /run/pam-accounts /etc/pam.d/$program; done',
];
/** As `passwd -e` has it: it was right, and must be changed. */
const mustChange = (user: string): string =>
  `hash=$(sed -n 's/^pi:\\([^:]*\\):.*/\\1/p' $directory/shadow)
sed "s|^${user}:.*|${user}:$hash:0:0:99999:7:::|" $directory/shadow >$directory/shadow-new
cat $directory/shadow-new >$directory/shadow`;
/** It was right, and its time is over. */
const expiredFor = (user: string): string =>
  `sed 's/^\\(${user}:[^:]*\\):.*/\\1:10000:0:30:7:::/' $directory/shadow >$directory/shadow-new
cat $directory/shadow-new >$directory/shadow`;
const inHome = (name: string, ...lines: readonly string[]): string =>
  `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >$directory/home-pi/${name}`;
/** /tmp with other options, but for what is ours in it. */
const tmpIs = (options: string): readonly string[] => [
  'mount --bind $directory $directory',
  'mount --rbind /tmp /tmp',
  `mount -o remount,bind,${options} /tmp`,
];
const keyless = (more: Partial<ConnectOptions>): ((ring: Ring) => Partial<ConnectOptions>) => {
  // What is not there must not be undefined: it is left out below.
  return () => ({privateKeyFile: '', sshConfigFile: '/dev/null', ...more});
};
const pam = [
  "printf 'auth required pam_unix.so nodelay\\naccount required pam_unix.so\\nsession required pam_permit.so\\n' >$directory/pam-sshd",
  'mount --bind $directory/pam-sshd /etc/pam.d/sshd',
];

/** By a configuration of ssh with these lines, in which `RING` is the ring's directory. */
const configured =
  (...lines: readonly string[]): ((ring: Ring) => Partial<ConnectOptions>) =>
  ({directory}) => {
    const sshConfigFile = join(directory, `ssh-config-${Math.random()}`);
    writeFileSync(sshConfigFile, `${lines.join('\n').replaceAll('RING', directory)}\n`);
    return {sshConfigFile};
  };

/** Without a key of the inventory's: those of the configuration. */
const keysOf =
  (...lines: readonly string[]): ((ring: Ring) => Partial<ConnectOptions>) =>
  (ring) => ({...configured(...lines)(ring), privateKeyFile: ''});
/** An ssh-agent that takes connections and answers nothing. */
const silentAgent = [
  "socat UNIX-LISTEN:$directory/agent,fork 'EXEC:sleep 100' &",
  'while [ ! -S $directory/agent ]; do sleep 0.05; done',
];
/** The host takes keys that a certificate of this authority is for, and no other. */
const certified = [
  "ssh-keygen -q -t ed25519 -N '' -f $directory/authority",
  "ssh-keygen -q -t ed25519 -N '' -f $directory/certified",
  'ssh-keygen -q -s $directory/authority -I us -n pi $directory/certified.pub',
  'echo "cert-authority $(cat $directory/authority.pub)" >$directory/authorized_keys',
];
/** The host has one key, and it is known. */
const onlyKey = (type: string): readonly string[] => [
  `ssh-keygen -q -t ${type} -N '' -C '' -f $directory/only`,
  'sed -i \'/^HostKey /d\' $directory/sshd_config; echo "HostKey $directory/only" >>$directory/sshd_config',
  'sed -i "s|ssh-ed25519 .*|$(cat $directory/only.pub)|" $directory/known_hosts',
];
/** An ssh-agent with so many keys, of which the host takes the last alone. */
const agentWith = (count: number): readonly string[] => [
  'ssh-agent -a $directory/agent >/dev/null',
  `for n in $(seq ${count}); do ssh-keygen -q -t ed25519 -N '' -f $directory/agent$n; done`,
  `for n in $(seq ${count}); do SSH_AUTH_SOCK=$directory/agent ssh-add -q $directory/agent$n; done`,
  `cat $directory/agent${count}.pub >$directory/authorized_keys`,
];
const six = [1, 2, 3, 4, 5, 6];

const quirks: readonly Quirk[] = [
  {name: 'nothing special'},
  {name: 'AllowTcpForwarding no', sshdConfig: ['AllowTcpForwarding no']},
  {name: 'DisableForwarding yes', sshdConfig: ['DisableForwarding yes']},
  {name: 'PermitOpen none', sshdConfig: ['PermitOpen none']},
  {name: 'MaxSessions 1', sshdConfig: ['MaxSessions 1']},
  {name: 'MaxSessions 2 and no forwarding', sshdConfig: ['MaxSessions 2', 'AllowTcpForwarding no']},
  {
    name: 'MaxSessions 0',
    sshdConfig: ['MaxSessions 0'],
    refused: /gives no further channel.*raise MaxSessions in the host's sshd_config/s,
  },
  {name: 'MaxStartups 1', sshdConfig: ['MaxStartups 1', 'MaxSessions 1']},
  {name: 'MaxStartups 2', sshdConfig: ['MaxStartups 2']},
  {name: 'a subsystem sftp that fails', sshdConfig: ['Subsystem sftp /bin/false']},
  {name: 'a read-only /tmp', setUp: tmpIs('ro')},
  {name: 'a noexec /tmp', setUp: tmpIs('noexec,nosuid,nodev')},
  {name: 'busybox for everything', shell: 'busybox'},
  {name: 'mksh as /bin/sh', shell: 'mksh'},
  {name: 'fish as login shell', setUp: [loginShell('/usr/bin/fish')]},
  {name: 'tcsh as login shell', setUp: [loginShell('/usr/bin/tcsh')]},
  {
    name: 'bash with a noisy profile as login shell',
    setUp: [
      loginShell('/bin/bash'),
      inHome(
        '.bashrc',
        'echo welcome',
        'echo welcome >&2',
        'umask 077',
        'alias sh=false',
        'export ENV=/nowhere',
      ),
    ],
  },
  {
    name: 'a profile that joins errors to output (exec 2>&1)',
    setUp: [loginShell('/bin/bash'), inHome('.bashrc', 'exec 2>&1')],
    refused: /login shell of pi on ring-dash sends .*to the same place\n.*profile of pi.*exec 2>&1/s,
  },
  {
    name: 'a profile that joins errors to output, and no sudo that is needed',
    setUp: [loginShell('/bin/bash'), inHome('.bashrc', 'exec >&2')],
    refused: /login shell of pi on ring-dash sends .*to the same place\n.*profile of pi.*exec 2>&1/s,
  },
  {
    name: 'a profile that throws errors away',
    setUp: [loginShell('/bin/bash'), inHome('.bashrc', 'exec 2>/dev/null')],
    login: () => ({timeoutMs: 3_000}),
    refused:
      /login shell of pi on ring-dash sends what goes to standard error nowhere\n.*exec 2>\/dev\/null/s,
  },
  {
    name: 'a profile that takes standard input away',
    setUp: [loginShell('/bin/bash'), inHome('.bashrc', 'exec </dev/null')],
    refused: /login shell of pi on ring-dash gives .* no standard input\n.*profile of pi.*exec <\/dev\/null/s,
  },
  {
    name: 'a profile that writes for ever',
    setUp: [loginShell('/bin/bash'), inHome('.bashrc', 'yes')],
    login: () => ({timeoutMs: 3_000}),
    refused: /login shell of pi on ring-dash gave us no shell within 3 s.*\n.*profile/s,
  },
  {
    name: 'a profile that ends the shell',
    setUp: [loginShell('/bin/bash'), inHome('.bashrc', 'exit 3')],
    refused: /gave us no shell: it ended with exit code 3\n.*profile that ends the shell/s,
  },
  {
    name: 'a login shell that waits for ever',
    setUp: [loginShell('/bin/bash'), inHome('.bashrc', 'sleep 60')],
    login: () => ({timeoutMs: 5_000}),
    refused:
      /^unreachable: .*(?:gave us no shell within 5 s|login shell did not answer)\n.*profile that waits/s,
  },
  {
    name: 'a banner',
    sshdConfig: ['Banner /etc/passwd'],
  },
  {name: 'PermitTTY no', sshdConfig: ['PermitTTY no']},
  {
    name: 'an environment of the user',
    sshdConfig: ['PermitUserEnvironment yes'],
    setUp: [
      'mkdir $directory/home-pi/.ssh',
      inHome(
        '.ssh/environment',
        'PATH=/nowhere',
        'LC_ALL=tr_TR.UTF-8',
        'POSIXLY_CORRECT=1',
        'BASH_ENV=/nowhere',
      ),
    ],
  },
  {name: 'no home', setUp: ['rmdir $directory/home-pi']},
  {name: 'no /run/lock', setUp: ['rmdir /run/lock']},
  {name: 'a /proc that hides processes', setUp: ['mount -o remount,hidepid=2 /proc']},
  {
    name: 'only the newest of algorithms',
    sshdConfig: [
      'KexAlgorithms curve25519-sha256',
      'Ciphers aes256-gcm@openssh.com',
      'MACs hmac-sha2-512-etm@openssh.com',
      'HostKeyAlgorithms ssh-ed25519',
      'PubkeyAcceptedAlgorithms ssh-ed25519',
    ],
  },
  {
    name: "a key exchange that only the system's ssh knows",
    sshdConfig: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    refused: {
      ssh: /no matching key exchange algorithm.*\ntransport: openssh takes those of the system's ssh/s,
    },
  },
  {
    name: "a MAC that only the system's ssh knows",
    sshdConfig: ['Ciphers aes128-ctr', 'MACs umac-128-etm@openssh.com'],
    refused: {ssh: /no matching C->S MAC.*\ntransport: openssh takes those of the system's ssh/s},
  },
  {
    name: 'an old sshd, whose key exchange nobody permits any more',
    sshdConfig: ['KexAlgorithms diffie-hellman-group14-sha1'],
    refused: {
      openssh:
        /no matching key exchange.*\n.*`ssh_common_args: -o KexAlgorithms=\+diffie-hellman-group14-sha1`.*KexAlgorithms \+diffie/s,
      ssh: /no matching key exchange algorithm.*\n.*transport: openssh/s,
    },
  },
  {
    name: 'an old sshd, whose key exchange is permitted',
    sshdConfig: ['KexAlgorithms diffie-hellman-group14-sha1'],
    login: () => ({sshOptions: ['KexAlgorithms=+diffie-hellman-group14-sha1']}),
    refused: {ssh: /no matching key exchange algorithm.*\n.*transport: openssh/s},
  },
  {
    name: 'the public half for a key',
    setUp: [
      "ssh-keygen -q -t ed25519 -N '' -f $directory/half",
      'cat $directory/half.pub >>$directory/authorized_keys',
    ],
    login: ({directory}) => ({privateKeyFile: join(directory, 'half.pub')}),
    refused: {
      ssh: /half\.pub holds a public key, not a private one.*correct `private_key_file`/s,
      openssh: /half\.pub, but ssh cannot use that: it is the public half\n.*correct `private_key_file`/s,
    },
  },
  {
    name: 'an empty file as key',
    setUp: [': >$directory/empty'],
    login: (ring) => ({privateKeyFile: join(ring.directory, 'empty')}),
    refused: {
      ssh: /empty: .*\n.*it is empty: copy it again, or correct `private_key_file`/s,
      openssh: /empty/,
    },
  },
  {
    name: 'a key in the format PKCS#8',
    setUp: [
      'ssh-keygen -q -t rsa -b 2048 -m PKCS8 -N "" -f $directory/pkcs8',
      'cat $directory/pkcs8.pub >>$directory/authorized_keys',
    ],
    login: ({directory}) => ({privateKeyFile: join(directory, 'pkcs8')}),
    refused: {ssh: /pkcs8.*\n.*PKCS#8.*ssh-keygen -p -f \S+\/pkcs8, .*transport: openssh/s},
  },
  {name: 'chacha20 alone', sshdConfig: ['Ciphers chacha20-poly1305@openssh.com']},
  {name: 'new session keys again and again', sshdConfig: ['RekeyLimit 64K']},
  {name: 'compression after the login', sshdConfig: ['Compression delayed']},
  {name: 'keepalives of its own', sshdConfig: ['ClientAliveInterval 1']},
  {
    name: 'passwords only',
    sshdConfig: ['PasswordAuthentication yes', 'PubkeyAuthentication no'],
    login: keyless({password}),
  },
  {
    name: 'questions only (keyboard-interactive)',
    sshdConfig: ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PubkeyAuthentication no'],
    setUp: pam,
    login: keyless({password}),
  },
  {
    name: 'a password that is wrong, and one try only',
    sshdConfig: ['PasswordAuthentication yes', 'KbdInteractiveAuthentication no', 'MaxAuthTries 1'],
    login: keyless({password: new Secret('password', 'not this one')}),
    refused: /does not let pi in with the password\n.*correct `user` and `ssh_password`/s,
  },
  {
    name: 'a key and a password, both',
    sshdConfig: ['PasswordAuthentication yes', 'AuthenticationMethods publickey,password'],
    login: () => ({password}),
  },
  {name: 'a sudo that asks', login: () => ({user: 'asker', becomePassword: password})},
  {
    name: 'a sudo that asks, and there is no password',
    login: () => ({user: 'asker'}),
    refused: /^become: sudo on ring-dash asks asker for a password to become root\n.*become_password/s,
  },
  {
    name: 'a sudo that insists on a terminal',
    setUp: ["echo 'Defaults requiretty' >>$directory/sudoers"],
  },
  {
    name: 'a sudo that permits no shell',
    setUp: ["echo 'plain ALL=(ALL) /usr/bin/id' >>$directory/sudoers"],
    login: () => ({user: 'plain', becomePassword: password}),
    refused: /^become: sudo on ring-dash does not let plain run a shell as root\n.*\/bin\/sh/s,
  },
  {
    name: 'ForceCommand',
    sshdConfig: ['ForceCommand echo this is a jump host only'],
    refused:
      /^unreachable: the login shell of pi on ring-dash gave us no shell: this is a jump host only\n.*ForceCommand/s,
  },
  {
    name: 'a ForceCommand that does not end',
    sshdConfig: ['ForceCommand echo jump host; sleep 60'],
    login: () => ({timeoutMs: 3_000}),
    refused: /^unreachable: .*no shell within 3 s: jump host\n.*ForceCommand.*command=/s,
  },
  {
    name: 'a ForceCommand that says nothing',
    sshdConfig: ['ForceCommand cat'],
    login: () => ({timeoutMs: 3_000}),
    refused:
      /^unreachable: .*(?:no shell within 3 s|its login shell did not answer)\n.*ForceCommand.*command=/s,
  },
  {
    name: 'a sudo whose password must be changed first',
    setUp: [...pamAccounts, mustChange('asker')],
    login: () => ({user: 'asker', becomePassword: password}),
    refused:
      /^become: the password of asker on ring-dash has expired, and sudo makes no root of asker before it is changed\n[^%]*vprov ssh ring-dash -- passwd.*chage .* asker$/s,
  },
  {
    name: 'a su whose password must be changed first',
    setUp: [...pamAccounts, mustChange('root')],
    login: () => ({user: 'plain', becomePassword: password, becomeMeans: {method: 'su'}}),
    refused:
      /^become: the password of root on ring-dash has expired, and su makes no root of plain.*chage .* root$/s,
  },
  {
    name: 'a sudo that keeps a shell from starting programs (Defaults noexec)',
    setUp: ["echo 'Defaults noexec' >>$directory/sudoers"],
    refused: /^become: sudo on ring-dash .*\(noexec\)\n.*Defaults noexec.*NOEXEC:.*Defaults:pi !noexec/s,
  },
  {
    name: 'a sudo that does not know us',
    login: () => ({user: 'plain', becomePassword: password}),
    refused: /^become: sudo on ring-dash does not let plain become root: .*\n.*sudoers.*become_method/s,
  },
  {
    name: 'no rule in sudoers, and a lecture',
    setUp: ["echo 'Defaults lecture=always' >>$directory/sudoers"],
    login: () => ({user: 'plain', becomePassword: password}),
    refused:
      /^become: sudo on ring-dash does not let plain become root: plain is not in the sudoers file[^\n]*\n.*sudoers/s,
  },
  {
    name: 'a sudo that takes its time',
    setUp: ["printf 'auth required pam_exec.so /bin/sleep 60\\n' >$directory/pam"],
    login: () => ({user: 'asker', timeoutMs: 3_000, becomePassword: password}),
    refused: /^become: sudo on ring-dash gave neither our prompt nor a shell of root.*password was not sent/s,
  },
  {
    name: 'a doas that does not know us',
    setUp: [
      // Its configuration must be in /etc, which is this machine's.
      'cp -a /etc $directory/etc; mount --bind $directory/etc /etc; cp $directory/pam /etc/pam.d/doas',
      "printf 'permit nopass root\\n' >/etc/doas.conf; chmod 600 /etc/doas.conf",
    ],
    login: () => ({becomeMeans: {method: 'doas'}}),
    refused: /^become: doas on ring-dash does not let pi run a shell as root\n.*doas\.conf/s,
  },
  {
    name: 'no sudo',
    setUp: [without('sudo')],
    login: () => ({user: 'plain'}),
    refused: /^become: (?:no )?sudo on ring-dash .*exec: sudo: .*set `become_method`/s,
  },
  {
    name: 'a known_hosts_file that is not there',
    login: () => ({knownHostsFile: '/nowhere/known_hosts'}),
    refused: /cannot read the known hosts .*'\/nowhere\/known_hosts'.*vprov trust ring-dash` makes it/s,
  },
  {
    name: 'a folder for a known_hosts_file',
    login: ({directory: knownHostsFile}) => ({knownHostsFile}),
    refused:
      /^host-key: cannot read the known hosts for ring-dash: \/\S+ is a folder\ncorrect `known_hosts_file`/s,
  },
  {
    name: 'a byte order mark before its known key',
    setUp: ["sed -i '1s/^/\\xEF\\xBB\\xBF/' $directory/known_hosts"],
    refused:
      /^host-key: \S+known_hosts line 1, with the key of ring-dash, begins with a byte order mark.*: the host shows ssh-ed25519 SHA256:\S+\n.*sed -i '1s\S+' \S+known_hosts; or .*vprov trust ring-dash/s,
  },
  {
    name: 'a known key that was cut off',
    setUp: ["sed -i '1s/......$//' $directory/known_hosts"],
    refused:
      /^host-key: \S+known_hosts line 1, with the key of ring-dash, is damaged: the host shows ssh-ed25519 SHA256:\S+\n.*sed -i 1d \S+known_hosts; or .*vprov trust ring-dash/s,
  },
  {
    name: 'the public half for a key that the host does not take',
    setUp: ["ssh-keygen -q -t ed25519 -N '' -f $directory/half"],
    login: ({directory}) => ({privateKeyFile: join(directory, 'half.pub')}),
    refused: {
      ssh: /half\.pub holds a public key, not a private one.*correct `private_key_file`/s,
      openssh:
        /^authentication: .*half\.pub, which is the public half\n.*holds a public key, .*correct `private_key_file`/s,
    },
  },
  {
    name: 'itself on the way, and nothing that listens',
    login: () => ({port: 1, proxyJump: '127.0.0.1:1'}),
    refused:
      /^unreachable: ring-dash refuses connections.*\n.*`proxy_jump` names ring-dash itself, .*straight/s,
  },
  {
    name: 'its own name of the inventory on the way',
    login: () => ({proxyJump: 'ring-dash'}),
    refused:
      /^unreachable: no way to ring-dash through ring-dash: .*\n.*`proxy_jump` names ring-dash itself/s,
  },
  {
    name: 'a key that may run one command',
    setUp: ['sed -i \'s|^|command="echo backups only" |\' $directory/authorized_keys'],
    refused: /^unreachable: .*gave us no shell: backups only\n.*command=/s,
  },
  {
    name: 'nologin as login shell',
    login: () => ({user: 'service'}),
    refused: /^unreachable: the login shell of service on .*not available.*\n.*usermod/s,
  },
  {
    name: 'AllowUsers without ours',
    sshdConfig: ['AllowUsers nobody'],
    refused: /^authentication: ring-dash does not let pi in with the key .*\n.*authorized_keys.*AllowUsers/s,
  },
  {
    name: 'a login shell that is not there',
    setUp: [loginShell('/bin/zsh')],
    refused: /^authentication: ring-dash does not let pi in with the key .*\n.*login shell/s,
  },
  {
    name: 'an account that has expired',
    setUp: [inShadow('19000:0:99999:7::1:')],
    refused: /^authentication: ring-dash does not let pi in with the key .*\n.*expired account/s,
  },
  {
    name: 'an account that has expired, by PAM',
    sshdConfig: ['UsePAM yes'],
    setUp: [...pam, inShadow('19000:0:99999:7::1:')],
    refused: /ended the connection after the key .*account has expired.*chage -l pi/s,
  },
  {
    name: 'a password that has expired',
    sshdConfig: ['UsePAM yes'],
    setUp: [...pam, inShadow('0:0:99999:7:::')],
    refused: /password has expired.*vprov ssh.*chage -M -1 pi/s,
  },
  {
    name: 'a password that has expired, and that PAM asks for',
    sshdConfig: ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PubkeyAuthentication no'],
    setUp: [...pam, "echo 'password required pam_unix.so' >>$directory/pam-sshd", expiredFor('asker')],
    login: () => ({user: 'asker', password: new Secret('ssh_password', askerPassword)}),
    refused:
      /^authentication: the password of asker on ring-dash has expired: .*\n.*`ssh .*chage -d -1 -M -1 asker$/s,
  },
  {
    name: 'a sshd that shuts this address out (PerSourcePenalties)',
    login: () => ({port: shutting.port}),
    refused:
      /^unreachable: ring-dash .*for a while: .*"Not allowed at this time".*\n.*PerSourcePenalties.*log/s,
  },
  {
    name: 'a server that closes each connection without a word',
    login: () => ({port: closing.port}),
    refused:
      /^unreachable: no SSH connection to ring-dash .*closed the connection before the handshake\n.*MaxStartups.*PerSourcePenalties/s,
  },
  {
    name: 'two keys that are wanted (AuthenticationMethods), and one that there is',
    sshdConfig: ['AuthenticationMethods publickey,publickey'],
    refused:
      /^authentication: ring-dash does not let pi in with the key .* alone, though it takes such a key\n.*AuthenticationMethods/s,
  },
  {
    name: 'PermitRootLogin forced-commands-only',
    sshdConfig: ['PermitRootLogin forced-commands-only'],
    login: () => ({user: 'root'}),
    refused: /^lost: .*before a shell of root began\n.*PermitRootLogin forced-commands-only/s,
  },
  {name: "SessionType none in ssh's configuration", login: configured('SessionType none')},
  {
    name: 'a chroot without a shell',
    sshdConfig: ['ChrootDirectory /run/jail'],
    setUp: ['chmod 755 /run; mkdir -m 755 /run/jail'],
    refused: /^unreachable: the login shell of pi on .*No such file.*\n.*ChrootDirectory/s,
  },
  {
    name: 'a chroot that is not there',
    sshdConfig: ['ChrootDirectory /run/jail'],
    refused: /lost.*before a shell of pi began.*ChrootDirectory/s,
  },
  {
    name: 'sftp and nothing else',
    sshdConfig: ['ForceCommand internal-sftp'],
    refused: /sftp connections only.*internal-sftp/s,
  },
  {
    name: 'a key file here that is not there',
    login: () => ({privateKeyFile: '/nowhere/key'}),
    refused: /no key to log in to ring-dash: .*no such file.*correct `private_key_file`/is,
  },
  {
    name: 'a key file here that holds no key',
    login: (ring) => ({privateKeyFile: garbageIn(ring)}),
    refused: /no key to log in to ring-dash: \S+garbage: .*correct `private_key_file`/s,
  },
  {
    name: 'a key here with a passphrase, and nobody to ask',
    setUp: [
      'ssh-keygen -q -t ed25519 -N secret -f $directory/locked',
      'cat $directory/locked.pub >>$directory/authorized_keys',
    ],
    login: ({directory}) => ({privateKeyFile: join(directory, 'locked')}),
    refused: /needs a passphrase.*ssh-add \/.*locked$/s,
  },
  {
    name: 'PermitRootLogin no',
    sshdConfig: ['PermitRootLogin no'],
    login: () => ({user: 'root'}),
    refused: /does not let root in with the key .*authorized_keys.*PermitRootLogin.*AllowUsers/s,
  },
  {
    name: 'a key that is revoked (RevokedHostKeys)',
    setUp: ['cp $directory/host_ed25519.pub $directory/revoked'],
    login: configured('RevokedHostKeys RING/revoked'),
    refused: /is revoked: .*SHA256:.*RevokedHostKeys/s,
  },
  {
    name: 'a key that is revoked by a list of ssh-keygen',
    setUp: ['ssh-keygen -q -k -f $directory/revoked $directory/host_ed25519.pub'],
    login: configured('RevokedHostKeys RING/revoked'),
    refused: /is revoked: .*SHA256:.*RevokedHostKeys/s,
  },
  {
    name: 'a list of revoked keys that has others',
    setUp: ['ssh-keygen -q -k -f $directory/revoked $directory/id_ed25519.pub'],
    login: configured('RevokedHostKeys RING/revoked'),
  },
  {
    name: 'a list of revoked keys that is not there',
    login: configured('RevokedHostKeys /nowhere/revoked'),
    refused: /cannot read the revoked host keys .*nowhere\/revoked.*RevokedHostKeys/s,
  },
  {name: 'AddressFamily inet', login: configured('AddressFamily inet')},
  {
    name: 'AddressFamily inet6, and no such address',
    login: configured('AddressFamily inet6'),
    refused: /127\.0\.0\.1 of ring-dash has no IPv6 address.*AddressFamily inet6/s,
  },
  {
    name: 'PubkeyAuthentication no',
    login: configured('PubkeyAuthentication no'),
    refused:
      /(?:configuration permits no keys|does not let pi in by the system's ssh).*-k.*PubkeyAuthentication/s,
  },
  {
    name: 'HostKeyAlgorithms without that of the known key',
    login: configured('HostKeyAlgorithms ecdsa-sha2-nistp256'),
    refused:
      /HostKeyAlgorithms of ssh's configuration does not permit the known key of ring-dash, ssh-ed25519 SHA256:\S+: it shows ecdsa\S+ SHA256:\S+ instead, .*\ntake ssh-ed25519 into HostKeyAlgorithms.*vprov trust --replace ring-dash/s,
  },
  {
    name: 'a key of another algorithm than the known one',
    setUp: [
      "ssh-keygen -q -t rsa -N '' -f $directory/only",
      'sed -i \'/^HostKey /d\' $directory/sshd_config; echo "HostKey $directory/only" >>$directory/sshd_config',
    ],
    refused:
      /^host-key: ring-dash shows no key of the known algorithm: it shows ssh-rsa SHA256:\S+, known is ssh-ed25519 SHA256:\S+\nsee HostKey and HostKeyAlgorithms in its sshd_config.*vprov trust --replace ring-dash/s,
  },
  {
    name: 'a key that is revoked by a line of known_hosts',
    setUp: ['echo "@revoked * $(cat $directory/host_ed25519.pub)" >>$directory/known_hosts'],
    refused:
      /^host-key: the key of ring-dash is revoked: ssh-ed25519 SHA256:\S+\nthe line \S+known_hosts:2 \(@revoked\)/s,
  },
  {
    name: 'a certificate of an authority that is revoked by a line of known_hosts',
    setUp: [
      "ssh-keygen -q -t ed25519 -N '' -f $directory/authority",
      'ssh-keygen -q -s $directory/authority -I host -h $directory/host_ed25519.pub',
      'echo "HostCertificate $directory/host_ed25519-cert.pub" >>$directory/sshd_config',
      'echo "@cert-authority * $(cat $directory/authority.pub)" >$directory/known_hosts',
      'echo "@revoked * $(cat $directory/authority.pub)" >>$directory/known_hosts',
    ],
    refused:
      /^host-key: the certificate authority of ring-dash is revoked: ssh-ed25519 SHA256:\S+\nthe line \S+known_hosts:2 \(@revoked\)/s,
  },
  {
    name: 'a Match exec in the configuration that does not end',
    login: (ring) => ({...configured('Match exec "sleep 60"', '  Compression no')(ring), timeoutMs: 3_000}),
    refused:
      /^unreachable: ssh's configuration cannot be read for ring-dash: Match exec of it runs `sleep 60`, which has not ended after 3 s\nrun that by itself.*ssh_config_file: none/s,
  },
  {name: 'HostKeyAlgorithms with that of the known key', login: configured('HostKeyAlgorithms ssh-ed25519')},
  {
    name: 'keys before a password (PreferredAuthentications)',
    login: configured('PreferredAuthentications publickey,password'),
  },
  {
    name: 'no keys (PreferredAuthentications)',
    sshdConfig: ['PasswordAuthentication yes'],
    login: (ring) => ({...configured('PreferredAuthentications password')(ring), password}),
  },
  {
    name: 'an ssh-agent here that answers nothing',
    setUp: silentAgent,
    login: keysOf('IdentityAgent RING/agent', 'IdentityFile RING/id_ed25519'),
  },
  {
    name: 'an ssh-agent here that answers nothing, and no other key',
    setUp: silentAgent,
    login: keysOf('IdentityAgent RING/agent', 'IdentityFile /nowhere/key'),
    refused: /ssh-agent at \S+agent, which IdentityAgent in ssh's configuration names: it takes connections/,
  },
  {
    name: 'MaxAuthTries 2, and six keys that are not the right one',
    sshdConfig: ['MaxAuthTries 2'],
    setUp: six.map((n) => `ssh-keygen -q -t ed25519 -N '' -f $directory/other${n}`),
    login: keysOf(...six.map((n) => `IdentityFile RING/other${n}`)),
    refused: /does not let pi in with .*key.*MaxAuthTries.*`private_key_file`/s,
  },
  {
    name: 'an ssh-agent here with eight keys, the right one last',
    setUp: agentWith(8),
    login: keysOf('IdentityAgent RING/agent', 'IdentityFile /nowhere/key'),
    refused: {
      openssh: /does not let pi in with one of \d keys.*MaxAuthTries.*`private_key_file`.*IdentitiesOnly/s,
    },
  },
  {
    name: 'an ssh-agent here with eight keys, and the right one named',
    setUp: agentWith(8),
    login: ({directory}) => ({
      ...configured('IdentityAgent RING/agent')({directory} as Ring),
      privateKeyFile: join(directory, 'agent8'),
    }),
  },
  {
    name: 'a key file here that is a folder',
    login: ({directory}) => ({privateKeyFile: directory}),
    refused: /no key to log in to ring-dash: \S+: it is a folder.*correct `private_key_file`/s,
  },
  {
    name: 'a key file here that is a pipe',
    setUp: ['mkfifo $directory/pipe'],
    login: ({directory}) => ({privateKeyFile: join(directory, 'pipe'), timeoutMs: 2_000}),
    refused: {
      ssh: /no key to log in to ring-dash: \S+: it is a pipe.*correct `private_key_file`/s,
      // It waits for who would write into it.
      openssh: /did not complete the SSH handshake within 2 s/,
    },
  },
  {
    name: 'passwords only, and we have a key',
    sshdConfig: ['PasswordAuthentication yes', 'PubkeyAuthentication no'],
    refused: /^authentication: ring-dash does not let pi in .*\n.*wants a password.*-k.*ssh_password/s,
  },
  {name: 'ConnectTimeout 0', login: configured('ConnectTimeout 0')},
  {
    name: 'another key than the known one',
    login: (ring) => ({knownHostsFile: otherKeyOf(ring)}),
    refused: /is not the known one.*vprov trust --replace/s,
  },
  {name: 'an RSA key only', setUp: onlyKey('rsa'), sshdConfig: ['HostKeyAlgorithms rsa-sha2-256']},
  {name: 'an ECDSA key only', setUp: onlyKey('ecdsa')},
  {
    name: 'a name of mDNS that nobody answers for, and little time',
    login: () => ({host: 'vprov-nobody.local', timeoutMs: 2_000}),
    refused: /vprov-nobody\.local of ring-dash was not found by mDNS(?: within [\d.]+ s)?\n.*libnss-mdns/s,
  },
  {name: 'a host on the way', bastion: {}},
  {
    name: 'a host on the way, by tokens of ProxyJump',
    bastion: {},
    login: (ring) => {
      const port = readFileSync(join(ring.directory, 'way'), 'utf8').split(':').at(-1);
      const lines = ['Host behind', '  HostName 127.0.0.1', `  ProxyJump %r@gw-%n:${port}`];
      const all = [
        'Host gw-behind',
        '  HostName 127.0.0.1',
        'Host *',
        '  UserKnownHostsFile RING/known_hosts',
      ];
      return {
        ...configured(...lines, ...all, '  IdentityFile RING/id_ed25519')(ring),
        host: 'behind',
        proxyJump: '',
      };
    },
  },
  {
    name: 'a circle of hosts on the way, and no key here',
    login: (ring) => ({
      ...keysOf(
        'Host a',
        '  ProxyJump b',
        'Host b',
        '  ProxyJump a',
        'Host *',
        '  IdentityFile /nowhere/key',
      )(ring),
      host: 'a',
      hostName: 'a',
    }),
    refused:
      /^unreachable: the way to a:\d+ goes in a circle: a:\d+, b, a, b\ncorrect `proxy_jump`.*ProxyJump none/s,
  },
  {name: 'a host on the way that is busybox', bastion: {shell: 'busybox'}},
  {
    name: 'a host on the way that forbids forwarding',
    bastion: {sshdConfig: ['AllowTcpForwarding no']},
    refused: {openssh: /no way to .* through .*prohibited.*AllowTcpForwarding.*transport: ssh2/s},
  },
  {
    name: "a host on the way that forbids forwarding, by ssh's configuration",
    bastion: {sshdConfig: ['AllowTcpForwarding no']},
    login: (ring) => ({
      ...configured(
        'Host behind',
        '  HostName 127.0.0.1',
        `  ProxyJump ${readFileSync(join(ring.directory, 'way'), 'utf8')}`,
        'Host *',
        '  UserKnownHostsFile RING/known_hosts',
        '  IdentityFile RING/id_ed25519',
      )(ring),
      host: 'behind',
      proxyJump: '',
    }),
    refused: {openssh: /no way to .* through .*prohibited.*AllowTcpForwarding.*transport: ssh2/s},
  },
  {
    name: 'a host on the way that forbids all forwarding (DisableForwarding)',
    bastion: {sshdConfig: ['DisableForwarding yes']},
    refused: {openssh: /no way to .* through .*prohibited.*AllowTcpForwarding.*transport: ssh2/s},
  },
  {
    name: 'a host on the way that forwards to others only',
    bastion: {sshdConfig: ['PermitOpen 192.0.2.1:22']},
    refused: {openssh: /no way to .* through .*prohibited.*PermitOpen.*transport: ssh2/s},
  },
  {
    name: 'a host on the way that is for jumping only',
    bastion: {sshdConfig: ['ForceCommand echo jump host', 'PermitTTY no', 'MaxSessions 1']},
  },
  {name: 'a host on the way without a login shell', bastion: {setUp: [loginShell('/usr/sbin/nologin')]}},
  {name: 'a host on the way with fish', bastion: {setUp: [loginShell('/usr/bin/fish')]}},
  {
    name: 'a host on the way, and MaxSessions 1 behind it',
    bastion: {},
    sshdConfig: ['MaxSessions 1', 'AllowTcpForwarding no'],
  },
  {
    name: 'a host on the way that does not let us in',
    bastion: {sshdConfig: ['AllowUsers nobody']},
    refused:
      /no way to ring-dash through pi@127\.0\.0\.1:\d+: .*(?:does not let pi in with the key|Permission denied \(publickey).*\n.*keys?/s,
  },
  {
    name: 'a host on the way whose key is not known',
    bastion: {},
    login: (ring) => ({knownHostsFile: ownKeyOf(ring)}),
    refused: /key of \S*127\.0\.0\.1\S*(?:, on the way to ring-dash,)? is not known.*vprov trust ring-dash/s,
  },
  {
    name: 'a host on the way, and nothing that listens behind it',
    bastion: {},
    login: () => ({port: 1}),
    refused:
      /no way to ring-dash through pi@127\.0\.0\.1:\d+: .*Connection refused\n.*sshd listens .*as pi@127/s,
  },
  {
    name: 'a host on the way that is not there',
    login: () => ({proxyJump: 'pi@127.0.0.1:1'}),
    refused:
      /no way to ring-dash through pi@127\.0\.0\.1:1: .*(?:refuses connections: nothing listens.*|Connection refused)\n.*(?:its port in `proxy_jump`|port) is right/s,
  },
  {
    name: 'a host on the way that takes connections and says nothing',
    login: () => ({proxyJump: `pi@127.0.0.1:${mute.port}`, timeoutMs: 3_000}),
    refused: /no way to ring-dash through pi@127\.0\.0\.1:\d+: .*within 3 s.*127\.0\.0\.1:\d+/s,
  },
  {
    name: 'a ProxyCommand',
    login: (ring) => configured(`ProxyCommand nc 127.0.0.1 ${ring.port}`)(ring),
    refused: {ssh: /ring-dash: ProxyCommand \(nc 127.*transport: openssh/s},
  },
  {
    name: 'a ProxyCommand that fails',
    login: configured(`ProxyCommand sh -c 'echo the tunnel is closed today >&2; exit 3'`),
    refused: {
      ssh: /ProxyCommand \(sh -c 'echo the tunnel.*transport: openssh/s,
      openssh: /no way to ring-dash by ProxyCommand sh -c .*: the tunnel is closed today\n.*by itself/s,
    },
  },
  {
    name: 'a ProxyCommand that is no program',
    login: configured('ProxyCommand nowhere-to-be-found %h'),
    refused: {
      ssh: /ProxyCommand \(nowhere.*transport: openssh/s,
      openssh: /no way to ring-dash by ProxyCommand nowhere\S+ %h: .*not found\n.*by itself/s,
    },
  },
  {
    name: 'a ProxyCommand that says nothing',
    login: (ring) => ({...configured('ProxyCommand sleep 60')(ring), timeoutMs: 3_000}),
    refused: {
      ssh: /ProxyCommand \(sleep 60\).*transport: openssh/s,
      openssh: /no way to ring-dash by ProxyCommand sleep 60: no SSH handshake .* within 3 s.*by itself/s,
    },
  },
  {
    name: 'a certificate of ours (CertificateFile)',
    setUp: certified,
    login: keysOf('IdentityFile RING/certified', 'CertificateFile RING/certified-cert.pub'),
    refused: {ssh: /ring-dash: CertificateFile \(\S+certified-cert\.pub\).*transport: openssh/s},
  },
  {
    name: 'arguments of ssh, instead of all else',
    login: ({port}) => ({
      host: 'nowhere.invalid',
      sshOptions: ['HostName=127.0.0.1', `Port=${port}`, `HostKeyAlias=[127.0.0.1]:${port}`],
    }),
  },
  {
    name: 'arguments of ssh that ssh does not know',
    login: () => ({sshOptions: ['NoSuchSetting=1']}),
    refused: /cannot be read for ring-dash: .*nosuchsetting.*`ssh_common_args`/is,
  },
  {
    name: 'any key, by arguments of ssh',
    login: () => ({
      knownHostsFile: '',
      sshOptions: ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'],
    }),
  },
  {
    name: 'a host on the way, by arguments of ssh',
    bastion: {},
    login: ({directory}) => ({
      proxyJump: '',
      sshOptions: [`ProxyJump=${readFileSync(join(directory, 'way'), 'utf8')}`],
    }),
  },
];

/** Without that of the host on the way. */
function ownKeyOf(ring: Ring): string {
  const file = join(ring.directory, 'own_known_hosts');
  writeFileSync(file, `${readFileSync(ring.knownHostsFile, 'utf8').split('\n')[0]}\n`);
  return file;
}

function garbageIn({directory}: Ring): string {
  const file = join(directory, 'garbage');
  writeFileSync(file, 'no key\n', {mode: 0o600});
  return file;
}

/** As if the card had been written anew. */
function otherKeyOf(ring: Ring): string {
  const file = join(ring.directory, 'other_known_hosts');
  const key = readFileSync(`${ring.keyFile}.pub`, 'utf8');
  writeFileSync(file, `[127.0.0.1]:${ring.port} ${key}`);
  return file;
}

const signal = new AbortController().signal;
const options = {signal, timeoutMs: 20_000};
let server: Server;
/** Takes connections, and says nothing. */
const mute = {server: createTcpServer(() => undefined), port: 0};
/** As sshd does to an address that has a penalty. */
const shutting = {server: createTcpServer((socket) => socket.end('Not allowed at this time\r\n')), port: 0};
const closing = {server: createTcpServer((socket) => socket.end()), port: 0};
const others = [mute, shutting, closing];

beforeAll(async () => {
  server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  for (const other of others) other.server.listen(0, '127.0.0.1');
  await Promise.all([server, ...others.map((one) => one.server)].map((one) => once(one, 'listening')));
  for (const other of others) other.port = (other.server.address() as AddressInfo).port;
});

afterAll(() => {
  for (const one of [server, ...others.map((other) => other.server)]) one.close();
});

/** Everything that a run needs of a host. */
async function isServed(connection: Connection, ring: Ring): Promise<void> {
  const root = await connection.session('root');
  const {stdout, stderr} = await root.request(rawScript('id -un; umask; echo err >&2'), options);
  expect([stdout.toString().replace(/^root\n0?0/, 'root\n'), stderr.toString()]).toEqual([
    'root\n22\n',
    'err\n',
  ]);
  const login = await connection.session(connection.loginUser);
  expect((await login.request(rawScript('id -un'), options)).stdout.toString()).toBe(
    `${connection.loginUser}\n`,
  );
  const bytes = randomBytes(300_000);
  const path = join(ring.directory, `upload-${Math.random()}`);
  const source = {
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: () => Readable.from([bytes]),
  };
  await connection.upload('root', path, source, options);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect((await httpRequest(connection, {url, method: 'GET'}, options)).body.toString()).toBe('hello');
  const stuck = await failureOf(root.request(rawScript('sleep 1000'), {signal, timeoutMs: 100}));
  expect(stuck.failure).toBe('timeout');
  expect((await root.request(rawScript('echo alive'), options)).stdout.toString()).toBe('alive\n');
}

/** The way through another host, which has the same key in its list, as is usual; their keys are known in one file. */
function putBehind(ring: Ring, bastion: Ring): Partial<ConnectOptions> {
  authorize(bastion.directory, ring.keyFile);
  appendFileSync(ring.knownHostsFile, readFileSync(bastion.knownHostsFile));
  const proxyJump = `pi@127.0.0.1:${bastion.port}`;
  writeFileSync(join(ring.directory, 'way'), proxyJump);
  return {proxyJump};
}

/** What is '' is not said. */
function said({...asked}: ConnectOptions): ConnectOptions {
  return Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== ''),
  ) as unknown as ConnectOptions;
}

const known = new Set(quirks.map(({name}) => name));
it('is a matrix of at least 25 quirks', () => expect(known.size).toBeGreaterThanOrEqual(25));

describe.concurrent.each(quirks)('a host with $name', (quirk) => {
  const what = quirk.refused ? 'is refused, and told why' : 'is served';
  it(`${what}, by both transports`, {timeout: 60_000}, async () => {
    const {shell = 'dash', sshdConfig = [], setUp = [], login, bastion} = quirk;
    const rings = [await startRing({shell, sshdConfig, setUp})];
    const [ring] = rings as [Ring];
    try {
      let way: Partial<ConnectOptions> = {};
      if (bastion) {
        const other = await startRing({shell: 'dash', ...bastion});
        rings.push(other);
        way = putBehind(ring, other);
      }
      for (const transport of transports) {
        const asked = said({...ring.options(), ...way, transport, ...login?.(ring)});
        const connecting = createConnector({environment: {}})(asked);
        const refused = quirk.refused instanceof RegExp ? quirk.refused : quirk.refused?.[transport];
        if (refused) {
          const error = await failureOf(
            connecting.then(async (connection) => {
              try {
                await (await connection.session('root')).request(rawScript('id -un'), options);
              } finally {
                await connection.close();
              }
            }),
          );
          expect(`${error.failure}: ${error.message}\n${error.hint}`, transport).toMatch(refused);
          continue;
        }
        const connection = await connecting;
        await isServed(connection, ring).finally(() => connection.close());
      }
    } finally {
      await Promise.all(rings.map((one) => one.stop()));
    }
  });
});
