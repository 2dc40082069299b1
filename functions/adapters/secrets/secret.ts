import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** The shortest that AWS takes. */
const RECOVERY_DAYS = 7;

/** True where there is no such secret, or it is marked for deletion (InvalidRequestException). */
export const isGone = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException || error instanceof InvalidRequestException;

/** `keyArn`: of the KMS key that it is encrypted with; empty: Secrets Manager's own. */
export async function createSecret(
  client: SecretsManagerClient,
  input: Pick<CreateSecretCommandInput, 'Name' | 'SecretString'>,
  keyArn: string,
): Promise<void> {
  await client.send(new CreateSecretCommand({ ...input, ...(keyArn !== '' && { KmsKeyId: keyArn }) }));
}

/** Marks a secret for deletion; it can be brought back for a week. Does nothing where it is gone already. */
export async function removeSecret(client: SecretsManagerClient, SecretId: string): Promise<void> {
  try {
    await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: RECOVERY_DAYS }));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** A secret's value; undefined where it is no JSON. The parser's own message would quote it. */
export function parseSecret(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
