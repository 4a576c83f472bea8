import type {ConfigurationBlock, ConfigurationKey} from '../key.ts';

/** Of every seal. */
const all: Readonly<Record<string, ConfigurationKey>> = {
  disabled: {
    type: 'boolean',
    default: 'false',
    summary: 'true only while the seal is migrated away from',
    impact: 'refuse',
    reason:
      'it begins a seal migration, which is done with the unseal keys at hand, one member after the other',
  },
  name: {
    type: 'text',
    openbao: 'never',
    vault: {since: '1.15.0'},
    summary: 'Enterprise: its name beside other seals',
  },
  priority: {
    type: 'integer',
    openbao: 'never',
    vault: {since: '1.15.0'},
    summary: 'Enterprise: its place among them',
  },
};

/** What the root key was encrypted with; another would not open it. */
const itsKey = {
  impact: 'refuse',
  reason:
    'what protects the root key is changed by a seal migration, which a changed configuration alone would leave half done',
} as const;

const text = (summary: string, more: Partial<ConfigurationKey> = {}): ConfigurationKey => ({
  type: 'text',
  summary,
  ...more,
});

function seal(
  name: string,
  keys: Readonly<Record<string, ConfigurationKey>>,
  more: Partial<ConfigurationBlock> = {},
): ConfigurationBlock {
  return {
    path: `seal.${name}`,
    cased: true,
    title: `seal "${name}"`,
    sources: {
      openbao: `https://openbao.org/docs/configuration/seal/${name}/`,
      vault: `https://developer.hashicorp.com/vault/docs/configuration/seal/${name}`,
    },
    keys: {...keys, ...all},
    ...more,
  };
}

/**
 * The kinds of seal. Those of clouds are plugins of OpenBao since 2.7 (`plugin "kms" "awskms" { … }`); their block is the same.
 * Servers take any key in there, and say nothing of those that they do not know.
 */
export const seals: readonly ConfigurationBlock[] = [
  seal(
    'shamir',
    {},
    {
      sources: {
        openbao: 'https://openbao.org/docs/concepts/seal/',
        vault: 'https://developer.hashicorp.com/vault/docs/concepts/seal',
      },
    },
  ),
  seal('transit', {
    address: text('the URL of the server that has the key'),
    token: text('a token for it, best orphan and periodic; the environment can carry it instead', {
      secret: true,
    }),
    key_name: text('the key', itsKey),
    mount_path: text('where transit is mounted', {default: 'transit/', ...itsKey}),
    namespace: text('the namespace there', itsKey),
    key_id_prefix: text('what the ids of keys begin with'),
    disable_renewal: {type: 'boolean', default: 'false', summary: 'somebody else keeps the token alive'},
    tls_ca_cert: text('the CA of its certificate, as a file'),
    tls_client_cert: text('a certificate to show it, as a file'),
    tls_client_key: text('its key, as a file'),
    tls_server_name: text('the name in its certificate'),
    tls_skip_verify: {type: 'boolean', default: 'false', summary: 'its certificate is not looked at'},
  }),
  seal('awskms', {
    region: text('the region of the key', {default: 'us-east-1', ...itsKey}),
    kms_key_id: text('the key, by id, ARN or alias', itsKey),
    access_key: text('the access key'),
    secret_key: text('the secret of it', {secret: true}),
    session_token: text('a token of a session', {secret: true}),
    shared_creds_filename: text('a file of credentials'),
    shared_creds_profile: text('the profile in there'),
    role_arn: text('a role to take on'),
    role_session_name: text('the name of that session'),
    web_identity_token_file: text('a token for it, as a file'),
    endpoint: text('another endpoint of KMS'),
  }),
  seal('gcpckms', {
    credentials: text('the file of credentials'),
    project: text('the project', itsKey),
    region: text('the region of the key ring', itsKey),
    key_ring: text('the key ring', itsKey),
    crypto_key: text('the key', itsKey),
  }),
  seal('azurekeyvault', {
    tenant_id: text('the tenant'),
    client_id: text('the client'),
    client_secret: text('its secret', {secret: true}),
    environment: text('the cloud', {default: 'AZUREPUBLICCLOUD'}),
    vault_name: text('the Key Vault', itsKey),
    key_name: text('the key', itsKey),
    resource: text("the suffix of the Key Vault's name", {default: 'vault.azure.net'}),
  }),
  seal(
    'static',
    {
      current_key_id: text('a name for the key, another for each key'),
      current_key: text('32 bytes: in base64 or hex, or file:// or env:// with where they are', {
        secret: true,
      }),
      previous_key_id: text('the name of the key before'),
      previous_key: text('the key before, while the keys are changed', {secret: true}),
    },
    {
      sources: {openbao: 'https://openbao.org/docs/configuration/seal/static/'},
      openbao: {since: '2.4.0'},
      vault: 'never',
      instead: 'it is one of OpenBao',
    },
  ),
  {
    path: 'seal.pkcs11',
    title: 'seal "pkcs11"',
    sources: {
      openbao: 'https://openbao.org/docs/configuration/seal/pkcs11/',
      vault: 'https://developer.hashicorp.com/vault/docs/configuration/seal/pkcs11',
    },
    open: true,
    vault: {enterprise: true},
    keys: {},
  },
  {
    path: 'seal.*',
    title: 'seal of another sort',
    sources: {
      openbao: 'https://openbao.org/docs/configuration/seal/',
      vault: 'https://developer.hashicorp.com/vault/docs/configuration/seal',
    },
    open: true,
    keys: {},
  },
];
