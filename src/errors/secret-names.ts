/** Whether what has this name is a secret by what it is, however it is written. */
export function isSecretName(name: string): boolean {
  return /(?:password|passphrase|passwd|secret|token|(?<![a-z])pass|unseal_key)s?$/i.test(name);
}

/** Whether a text may have such a name in it: nearly none has, which is found out fast. */
export function mayNameSecret(text: string): boolean {
  return /pass|secret|token|unseal_key/i.test(text);
}
