/** Environment variables that the stack sets and the functions read. */
export const environment = {
  tableName: 'TABLE_NAME',
  deliveryQueueUrl: 'DELIVERY_QUEUE_URL',
  stateMachineArn: 'STATE_MACHINE_ARN',
  relayRunMachineArn: 'RELAY_RUN_MACHINE_ARN',
  stormMachineArn: 'STORM_MACHINE_ARN',
  webhookQueueUrl: 'WEBHOOK_QUEUE_URL',
  webhookDeadLettersUrl: 'WEBHOOK_DEAD_LETTERS_URL',
  /** Secret whose value signs the calls of webhook rules. */
  webhookSigningSecretArn: 'WEBHOOK_SIGNING_SECRET_ARN',
  /** JSON object of the stack's own budget of a day: `maxSessionsPerDay`, `maxCostUsdPerDay`. */
  stackBudget: 'STACK_BUDGET',
  resultsBucket: 'RESULTS_BUCKET_NAME',
  auditBucket: 'AUDIT_BUCKET_NAME',
  /** How long resolved alerts are kept, with their decisions and jobs, as a decimal number of days. */
  alertRetentionDays: 'ALERT_RETENTION_DAYS',
  /** How long the audit bucket keeps what is in it, as a decimal number of days. */
  auditRetentionDays: 'AUDIT_RETENTION_DAYS',
  eventBusName: 'EVENT_BUS_NAME',
  apiTokenSecretArn: 'API_TOKEN_SECRET_ARN',
  /** Name prefix of the secrets that the management API writes, e.g. `OpencodeRelay`; no trailing slash. */
  secretPrefix: 'SECRET_PREFIX',
  /** Requests per second that one token may make of the management API, as a decimal number. */
  tokenRatePerSecond: 'TOKEN_RATE_PER_SECOND',
  /** Comma-separated host names that may be reached by http, on loopback or in a link-local range. Empty by default. */
  privateHosts: 'PRIVATE_HOSTS',
  /** `allowed` or `refused`: addresses of private networks, for OpenCode servers and for calls of webhook rules. */
  privateServers: 'PRIVATE_SERVERS',
  privateWebhooks: 'PRIVATE_WEBHOOKS',
  /** Origin of the proxy that calls of rules' addresses go through, or empty. */
  egressProxy: 'EGRESS_PROXY',
  /** Secret with the client certificate that servers may ask for, by its name, or empty. */
  clientCertificateSecret: 'CLIENT_CERTIFICATE_SECRET',
  /** ARN of the KMS key of the secrets that the management API makes; empty: Secrets Manager's own. */
  secretKeyArn: 'SECRET_KEY_ARN',
  /** Of the metrics. */
  stackName: 'STACK_NAME',
  /** Comma-separated: which ids counts are told apart by, of `metricDimensions`. */
  metricDimensions: 'METRIC_DIMENSIONS',
  /** Requests per second of one hook, as a decimal number. */
  hookRatePerSecond: 'HOOK_RATE_PER_SECOND',
  /** Header that each request of the HTTP API has to carry, in lower case, and the secret with its value; or empty. */
  frontHeader: 'FRONT_HEADER',
  frontSecretArn: 'FRONT_SECRET_ARN',
  /** JSON file: id of the relay by the door that an alarm comes through, `eventbridge` or the ARN of an SNS topic. */
  alarmDoorsFile: 'ALARM_DOORS_FILE',
  /** Where senders post, without a slash at its end, and the secret with the key of the heartbeat's hook. */
  hooksUrl: 'HOOKS_URL',
  heartbeatSecretArn: 'HEARTBEAT_SECRET_ARN',
  /** Function that looks at OpenCode servers. */
  checkServersFunction: 'CHECK_SERVERS_FUNCTION_NAME',
  /** Function that makes the pages of sessions. */
  writeReportFunction: 'WRITE_REPORT_FUNCTION_NAME',
  /** Of the management API, with its `/v0`. */
  apiUrl: 'API_URL',
} as const;

/** Name of the secret with an integration's Basic-auth credentials. Tasks need the integration id alone. */
export const integrationSecretName = (prefix: string, integrationId: string): string =>
  `${prefix}/integrations/${integrationId}`;

/** Name of the secret that has the value of one header of an integration. */
export const headerSecretName = (prefix: string, integrationId: string, header: string): string =>
  `${integrationSecretName(prefix, integrationId)}/headers/${Buffer.from(header).toString('base64url')}`;

/** Name of the secret that the sender of a webhook signs with, or shows. */
export const webhookSecretName = (prefix: string, webhookId: string): string => `${prefix}/webhooks/${webhookId}`;
