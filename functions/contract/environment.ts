/** Environment variables that the stack sets and the functions read. */
export const environment = {
  tableName: 'TABLE_NAME',
  deliveryQueueUrl: 'DELIVERY_QUEUE_URL',
  stateMachineArn: 'STATE_MACHINE_ARN',
  resultsBucket: 'RESULTS_BUCKET_NAME',
  eventBusName: 'EVENT_BUS_NAME',
  apiTokenSecretArn: 'API_TOKEN_SECRET_ARN',
  /** Name prefix of the secrets that the management API writes, e.g. `OpencodeRelay`; no trailing slash. */
  secretPrefix: 'SECRET_PREFIX',
  /** Comma-separated host names that may be reached by http, on loopback or in a link-local range. Empty by default. */
  privateHosts: 'PRIVATE_HOSTS',
} as const;

/** Name of the secret with an integration's Basic-auth credentials. Tasks need the integration id alone. */
export const integrationSecretName = (prefix: string, integrationId: string): string =>
  `${prefix}/integrations/${integrationId}`;
