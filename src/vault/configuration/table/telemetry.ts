import type {ConfigurationBlock, ConfigurationKey} from '../key.ts';

const circonus = [
  'api_app',
  'api_url',
  'submission_interval',
  'submission_url',
  'check_id',
  'check_force_metric_activation',
  'check_instance_id',
  'check_search_tag',
  'check_display_name',
  'check_tags',
  'broker_id',
  'broker_select_tag',
];

export const telemetry: ConfigurationBlock = {
  path: 'telemetry',
  title: 'telemetry',
  // Without it there is no Prometheus, with it there is, whatever is in it.
  matters: true,
  sources: {
    openbao: 'https://openbao.org/docs/configuration/telemetry/',
    vault: 'https://developer.hashicorp.com/vault/docs/configuration/telemetry',
  },
  keys: {
    prometheus_retention_time: {
      type: 'duration',
      default: '24h',
      summary: 'how long Prometheus finds a metric; 0: no Prometheus',
    },
    disable_hostname: {
      type: 'flag',
      default: 'false',
      summary: "gauges without the host's name in front; best true with Prometheus",
    },
    enable_hostname_label: {type: 'flag', default: 'false', summary: 'the name as a label'},
    metrics_prefix: {type: 'text', default: 'vault', summary: 'what metrics begin with'},
    usage_gauge_period: {
      type: 'span',
      default: '10m',
      summary: 'how often tokens, entities and secrets are counted; none: never',
    },
    maximum_gauge_cardinality: {type: 'integer', default: '500', summary: 'the most labels of a gauge'},
    lease_metrics_epsilon: {
      type: 'span',
      default: '1h',
      summary: 'the span by which expiring leases are counted',
    },
    num_lease_metrics_buckets: {type: 'integer', default: '168', summary: 'how many of these spans'},
    add_lease_metrics_namespace_labels: {type: 'flag', default: 'false', summary: 'by namespace, too'},
    add_mount_point_rollback_metrics: {
      type: 'flag',
      default: 'false',
      openbao: 'never',
      summary: 'rollbacks by mount',
      vault: {since: '1.15.0'},
    },
    filter_default: {
      type: 'flag',
      default: 'true',
      summary: 'metrics that prefix_filter does not name are sent',
    },
    prefix_filter: {
      type: 'texts',
      form: 'filters',
      summary: 'which are sent: ["+vault.token", "-vault.expire"]',
    },
    statsite_address: {type: 'text', default: '', summary: 'a statsite server'},
    statsd_address: {type: 'text', default: '', summary: 'a statsd server'},
    dogstatsd_addr: {type: 'text', default: '', summary: 'a DogStatsD server'},
    dogstatsd_tags: {type: 'texts', summary: 'tags for it'},
    stackdriver_project_id: {type: 'text', default: '', summary: 'a Google Cloud project'},
    stackdriver_location: {type: 'text', default: '', summary: 'the region'},
    stackdriver_namespace: {type: 'text', default: '', summary: 'the namespace'},
    stackdriver_debug_logs: {type: 'flag', default: 'false', summary: 'what is sent is logged'},
    circonus_api_token: {type: 'text', default: '', secret: true, summary: 'a token of Circonus'},
    ...Object.fromEntries(
      circonus.map((name): [string, ConfigurationKey] => [
        `circonus_${name}`,
        {type: 'text', summary: `Circonus: ${name.replaceAll('_', ' ')}`},
      ]),
    ),
  },
};
