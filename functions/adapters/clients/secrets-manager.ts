import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

let client: SecretsManagerClient | undefined;

/** The one client of a container, so that all who call the service share its connections. */
export const secretsManagerClient = (): SecretsManagerClient => {
  client ??= new SecretsManagerClient();
  return client;
};
