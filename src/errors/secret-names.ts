/** Whether what has this name is a secret by what it is, however it is written. */
export function isSecretName(name: string): boolean {
  return /(?:password|passphrase|passwd|secret|token|(?<![a-z])pass|unseal_key)s?$/i.test(name);
}

/** Whether a file is the description of a role's variables: what it says of a secret is none. */
export function isSchemaFile(file: string): boolean {
  return /meta\/arguments\.ya?ml$/.test(file);
}

/** Whether a text may have such a name in it: nearly none has, which is found out fast. */
export function mayNameSecret(text: string): boolean {
  return /pass|secret|token|unseal_key/i.test(text);
}

const secretSetting =
  /token|password|passphrase|secret|credential|private_key|access_key|api_key|(^|_)key$|hmac/i;
const noSecret =
  /_(file|path|dir|id|name|label|ttl|size)$|^(key_name|kms_key_id|max_token_header_size|tls_disable.*)$/i;

/** Whether a setting or an environment variable of this name holds a secret, as programs name theirs. */
export function isSecretSetting(name: string): boolean {
  return isSecretName(name) || (secretSetting.test(name) && !noSecret.test(name));
}
