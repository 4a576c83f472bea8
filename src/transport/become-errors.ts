import type {Become} from './become.ts';
import {TransportError} from './contract.ts';
import type {Ending} from './exec-channel.ts';
import {mustChange} from './expired-password.ts';
import {inTheWay, lastWords, withoutLecture} from './failures.ts';
import type {Link} from './link.ts';

/** The program that makes one user of another insists on a terminal, and had none. */
export class TerminalRequired extends TransportError {}

/** Sent once; sending it again may lock the account. */
export class PasswordRefused extends TransportError {}

/** What to do, where the host says what is in the way. */
function wayOut(said: string, user: string): string | undefined {
  const ways: readonly (readonly [RegExp, string])[] = [
    [
      /password (?:change required|has expired)|change your password/i,
      `change it by logging in once (vprov ssh HOST), or let it have no end there: chage -M -1 ${user}`,
    ],
    [/account has expired/i, `give it another end there: chage -E -1 ${user}`],
    [
      /sftp connections only/i,
      'its sshd_config gives this user sftp and no shell (ForceCommand internal-sftp): take the user out of that Match block',
    ],
    [
      /(?:^|\/ )\S*\/\w*sh: No such file or directory$/,
      'its sshd_config locks this user up where there is no shell (ChrootDirectory): take the user out of that Match block, or put /bin/sh and its libraries in there',
    ],
    [
      /account is currently not available|nologin/i,
      `the login shell is nologin: give the user another (usermod -s /bin/sh ${user}), or log in as another \`user\``,
    ],
  ];
  return ways.find(([words]) => words.test(said))?.[1];
}

/**
 * No shell said hello, and nothing has ended either.
 * @param started whether our own /bin/sh has run, which starts what becomes the user
 */
export function noShellYet(
  {hostName, loginUser, timeoutMs}: Link,
  user: string,
  {how}: Become,
  output: Buffer,
  started: boolean,
): TransportError {
  const said = lastWords(output);
  const words = `${timeoutMs / 1000} s${said === '' ? '' : `: ${said}`}`;
  if (how === 'login' || !started)
    return new TransportError(
      'unreachable',
      `the login shell of ${loginUser} on ${hostName} gave us no shell within ${words}`,
      `${inTheWay(hostName)}, or a profile that waits for something`,
    );
  return new TransportError(
    'timeout',
    `${how} on ${hostName} made no ${user} of ${loginUser} within ${words}`,
    `see how long ${how} takes there: a PAM module, or a name that it looks up, may keep it waiting; or raise \`timeout\``,
  );
}

/** Whether it asks for another password now, which nobody there can be asked for. */
export function asksForNewPassword(said: Buffer): boolean {
  const text = said.toString('utf8');
  return mustChange.test(text) && /: ?$/.test(text);
}

/** The password that was right has expired: there is no shell before it is changed. */
export function expiredPassword({hostName, loginUser}: Link, user: string, how: string): TransportError {
  const whose = how === 'su' ? user : loginUser;
  const change =
    how === 'su'
      ? `change it there: vprov ssh ${hostName}, then su ${user}, which asks for a new one`
      : `change it there: vprov ssh ${hostName} -- passwd`;
  return new TransportError(
    'become',
    `the password of ${whose} on ${hostName} has expired, and ${how} makes no ${user} of ${loginUser} before it is changed`,
    `${change}; or give it no end, as root there: chage -d -1 -M -1 ${whose}`,
  );
}

/**
 * The user's shell may start no program: sudo has been told to keep what it runs from that.
 * @see sudoers(5), noexec
 */
export function noExec({hostName, loginUser}: Link, user: string): TransportError {
  return new TransportError(
    'become',
    `sudo on ${hostName} makes ${user} of ${loginUser}, but keeps that shell from starting any program (noexec)`,
    `see \`Defaults noexec\` and NOEXEC: in the host's sudoers, and take ${loginUser} out of it: Defaults:${loginUser} !noexec, or EXEC: in the rule of ${loginUser}`,
  );
}

/** The host has said nothing more, nor answered to anything else: it is not what becomes the user that has failed. */
export function silentHost(
  {hostName, loginUser, timeoutMs}: Link,
  user: string,
  how: string,
): TransportError {
  return new TransportError(
    'unreachable',
    `${hostName} fell silent while ${how} was to make ${user} of ${loginUser}: nothing came from it within ${timeoutMs / 1000} s`,
    'see that the host is up and the network to it holds; then do the same again: what is as it should be stays',
  );
}

/** Why no shell said hello, in words, from what sudo (su, doas) or the login shell left. */
export function becomeError(
  link: Link,
  user: string,
  become: Become,
  ending: Ending,
  {started, prompted}: {readonly started: boolean; readonly prompted: boolean},
): TransportError {
  const {hostName, loginUser} = link;
  const said = lastWords(withoutLecture(ending.stderr.length > 0 ? ending.stderr : ending.stdout));
  const exit = ending.exitCode === undefined ? 'by a signal' : `with exit code ${ending.exitCode}`;
  const words = said === '' ? `it ended ${exit}` : said;
  const failed = (message: string, hint?: string): TransportError =>
    new TransportError('become', message, hint);
  // What becomes another user is started by a /bin/sh of ours, which says so.
  if (become.how === 'login' || !started) {
    return new TransportError(
      'unreachable',
      `the login shell of ${loginUser} on ${hostName} gave us no shell: ${words}`,
      wayOut(said, loginUser)?.replaceAll('HOST', hostName) ??
        `${inTheWay(hostName)}, or a profile that ends the shell`,
    );
  }
  const {how} = become;
  const rule =
    how === 'doas' ? `doas.conf: permit ${loginUser} as ${user}` : `sudoers: ${loginUser} ALL=(ALL) ALL`;
  if (/must have a tty|a? ?(?:terminal|tty) is required|must be run from a terminal/i.test(said)) {
    const message = `${how} on ${hostName} insists on a terminal to make ${user} of ${loginUser}: ${words}`;
    return new TerminalRequired('become', message, "see requiretty in the host's sudoers");
  }
  if (mustChange.test(ending.stderr.toString('utf8'))) return expiredPassword(link, user, how);
  const refusal = ruleWords(said, link, user, how, rule);
  if (refusal) return failed(...refusal);
  // sudo says so only after a password, be it right or wrong.
  const unknown = /not in the sudoers|may not run/i.test(said);
  if (prompted && !unknown && !isAfterPassword(said)) return refusedPassword(link, user);
  if (/password is required|terminal is required|askpass|authentication required/i.test(said))
    return asks(link, user, how);
  const option = lineWith(ending.stderr, /(?:invalid|unrecogni[sz]ed|unknown|illegal) option/i);
  if (option !== undefined)
    return failed(
      `${how} on ${hostName} does not know an option that it is given: ${option}`,
      become.options.length > 0
        ? 'correct `become_flags`'
        : `see what \`${become.program}\` is there, or set \`become_method\``,
    );
  return failed(...refusalWords(link, user, become, words, ending.exitCode === 127 ? 'none' : rule));
}

/** sudo was content with the password, and could not do what it is told by its own settings. */
function isAfterPassword(said: string): boolean {
  return (
    /\bunable to (?!resolve|read password)/i.test(said) &&
    !/incorrect|try again|authentication fail/i.test(said)
  );
}

/**
 * Message and hint where nothing is known but that it refuses.
 * @param rule that would permit it; `none`: there is no such program
 */
function refusalWords(
  {hostName, loginUser}: Link,
  user: string,
  {how, program}: Exclude<Become, {how: 'login'}>,
  words: string,
  rule: string,
): [message: string, hint: string] {
  if (loginUser === 'root')
    return [
      `root cannot become ${user} on ${hostName}: ${words}`,
      `see that the host has the user ${user}, and what \`${how}\` says there`,
    ];
  if (rule === 'none')
    return [
      `no ${how} on ${hostName} to become ${user}: ${words}`,
      program === how
        ? `install ${how} there, set \`become_method\`, or log in as ${user}`
        : `correct \`become_exe\` (${program}), or leave it out`,
    ];
  if (isAfterPassword(words))
    return [
      `${how} on ${hostName} makes no ${user} of ${loginUser}: ${words}`,
      `see what its settings there demand: Defaults and the rule of ${loginUser} in sudoers (runcwd, chroot, limits)`,
    ];
  return [
    `${how} on ${hostName} does not let ${loginUser} become ${user}: ${words}`,
    how === 'su'
      ? `see what \`su ${user}\` says there, set \`become_method\`, or log in as ${user}`
      : `permit it there (in ${rule}), set \`become_method\`, or log in as ${user}`,
  ];
}

/** Message and hint where there is no such user, or a rule against a shell; undefined where it is something else. */
function ruleWords(
  said: string,
  {hostName, loginUser}: Link,
  user: string,
  how: string,
  rule: string,
): [message: string, hint: string] | undefined {
  if (/unknown (?:user|login)|user \S+ does not exist|no such user/i.test(said))
    return [
      `${hostName} has no user ${user} that ${how} could make of ${loginUser}: ${said}`,
      'correct `become_user`, or make that user in a task before, as root',
    ];
  if (/account is currently not available|\bnologin\b/i.test(said))
    return [
      `${how} on ${hostName} lets no shell of ${user} begin, whose login shell is nologin: ${said}`,
      `where it is not root that asks, ${how} starts the user's own login shell: set \`become_method\` to sudo, or log in as root`,
    ];
  if (/not allowed to execute|not permitted/i.test(said))
    return [
      `${how} on ${hostName} does not let ${loginUser} run a shell as ${user}`,
      `vprov works through /bin/sh: permit it to ${loginUser} (in ${rule})`,
    ];
  return undefined;
}

/** The first line of what was said that fits. */
function lineWith(said: Buffer, words: RegExp): string | undefined {
  return said
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .find((line) => words.test(line));
}

export function asks({hostName, loginUser, become}: Link, user: string, how = become.method): TransportError {
  if (how === 'su')
    return new TransportError(
      'become',
      `su on ${hostName} asks ${loginUser} for the password of ${user}`,
      `set become_password, or give -K: for su it is that of ${user}; or set \`become_method\` to sudo or doas`,
    );
  return new TransportError(
    'become',
    `${how ?? 'sudo'} on ${hostName} asks ${loginUser} for a password to become ${user}`,
    (how ?? 'sudo') === 'sudo'
      ? `set become_password, or give -K, or give ${loginUser} NOPASSWD in sudoers`
      : 'set become_password, or give -K',
  );
}

export function refusedPassword({hostName, loginUser, become}: Link, user: string): PasswordRefused {
  if (become.method === 'su')
    return new PasswordRefused(
      'become',
      `su on ${hostName} refused the password that was to be that of ${user}`,
      `correct become_password, or what was typed for -K: for su it is the password of ${user}, not of ${loginUser}; a su that asks nobody but a group (wheel) refuses it, too`,
    );
  return new PasswordRefused(
    'become',
    `${become.method ?? 'sudo'} on ${hostName} refused the password of ${loginUser}`,
    `correct become_password, or what was typed for -K: for ${become.method ?? 'sudo'} it is the password of ${loginUser}, not of ${user}${become.method === 'doas' ? '; without a doas.conf it refuses everybody' : ', unless sudoers says rootpw or targetpw'}`,
  );
}

/** A password was ready, but the program showed another prompt than the one we wait for: it was not sent. */
export function silentProgram({hostName, become}: Link, user: string, stderr: Buffer): TransportError {
  const said = lastWords(stderr);
  return new TransportError(
    'become',
    `${become.method ?? 'sudo'} on ${hostName} gave neither our prompt nor a shell of ${user}${said ? `: ${said}` : ''}`,
    'the password was not sent: another program than sudo may have asked',
  );
}
