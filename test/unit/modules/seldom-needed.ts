/** Entry of a bundle of its own: what the packages give that are compiled only when they are asked for. */
async function whatTheyGive(): Promise<Readonly<Record<string, unknown>>> {
  const ssh2 = (await import('ssh2')).default;
  const openpgp = await import('openpgp');
  const age = await import('age-encryption');
  const tar = await import('tar-stream');
  const yauzl = await import('yauzl');
  // openpgp finds Node's own parts when it makes a key, not before.
  const {publicKey} = await openpgp.generateKey({userIDs: [{name: 'nobody'}]});
  const identity = await age.generateX25519Identity();
  return {
    ssh2: typeof ssh2.Client,
    openpgp: publicKey.split('\n')[0],
    age: (await age.identityToRecipient(identity)).slice(0, 4),
    tar: typeof tar.extract,
    yauzl: typeof yauzl.fromBuffer,
  };
}

whatTheyGive().then((given) => console.log(JSON.stringify(given)));
