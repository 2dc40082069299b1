import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

let client: SecretsManagerClient | undefined;

/** The one client of a container, so that all who call the service share its connections. */
export const secretsManagerClient = (): SecretsManagerClient => {
  client ??= new SecretsManagerClient();
  return client;
};

/** Values of a secret that holds several, separated by white space, in their order. Throws where there is none. */
export async function secretValues(
  client: SecretsManagerClient,
  SecretId: string,
  what: string,
): Promise<[string, ...string[]]> {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
  const [first, ...others] = SecretString.split(/\s+/).filter((value) => value !== '');
  if (first === undefined) throw new Error(`${what} is empty`);
  return [first, ...others];
}
