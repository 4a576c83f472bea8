/** The setting of ssh_config(5) for each kind of algorithm, as OpenSSH words it where there is none in common. */
const settings: readonly (readonly [RegExp, string])[] = [
  [/no matching key exchange/i, 'KexAlgorithms'],
  [/no matching cipher/i, 'Ciphers'],
  [/no matching MAC/i, 'MACs'],
  [/no matching host key type/i, 'HostKeyAlgorithms'],
];

/**
 * What to do where the system's ssh has no algorithm in common with an old sshd: it permits fewer than it knows.
 * @param said by ssh
 * @see ssh_config(5): `+` in front adds to what is permitted
 */
export function oldSshdHint(said: string): string | undefined {
  const setting = settings.find(([words]) => words.test(said))?.[1];
  const [offered] = /their offer: (\S+)/i.exec(said)?.[1]?.split(',') ?? [];
  if (setting === undefined || offered === undefined) return undefined;
  return `its sshd is old, or permits little: update it; until then permit what it offers by \`ssh_common_args: -o ${setting}=+${offered}\` in the inventory, or ${setting} +${offered} in ssh's configuration`;
}
