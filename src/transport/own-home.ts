import {homedir, type UserInfo, userInfo} from 'node:os';

/** The user's entry in passwd; some containers have none for the user that they run as. */
export function passwdEntry(): UserInfo<string> | undefined {
  try {
    return userInfo();
  } catch {
    return undefined;
  }
}

/**
 * The home that ssh means by `~`, by `%d` and by its files of its own: that of the user's entry in passwd. It does not ask
 * $HOME, which `sudo -E`, a container or a CI job may have set to another place; two homes would keep a host's key in one
 * known_hosts and look for it in the other.
 * @returns undefined for a user without an entry there, as in some containers, for whom ssh itself does not run
 */
export function passwdHome(): string | undefined {
  return passwdEntry()?.homedir || undefined;
}

/** The same; for a user without an entry in passwd what $HOME says. */
export function ownHome(): string {
  return passwdHome() ?? homedir();
}
