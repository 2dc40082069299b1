import { AwsError } from '../error.ts';
import type { Request } from './requests.ts';
import type { Secret } from './secret-file.ts';

/** On the wire a time is epoch seconds. */
const wireTime = (ms: number): number => ms / 1_000;

export function secretValue(secret: Secret, { VersionId, VersionStage }: Omit<Request<'GetSecretValue'>, 'SecretId'>) {
  const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
  const version = secret.versions.find(
    ({ id, stages }) =>
      (VersionId === undefined || id === VersionId) && (stage === undefined || stages.some((name) => name === stage)),
  );
  if (!version) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${stage ? `staging label: ${stage}` : `VersionId: ${VersionId}`}`,
    );
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.value,
    VersionStages: version.stages,
    CreatedDate: wireTime(version.createdAt),
  };
}

export const describeSecret = (secret: Secret) => ({
  ...summary(secret),
  VersionIdsToStages: versionStages(secret),
});

export function listSecrets(secrets: Secret[], { MaxResults, NextToken }: Request<'ListSecrets'>) {
  const start = Number(NextToken ?? 0);
  const end = start + MaxResults;
  const page = secrets.slice(start, end);
  return {
    SecretList: page.map((secret) => ({ ...summary(secret), SecretVersionsToStages: versionStages(secret) })),
    ...(end < secrets.length && { NextToken: String(end) }),
  };
}

const summary = ({ arn, name, description, createdAt, changedAt }: Secret) => ({
  ARN: arn,
  Name: name,
  ...(description !== undefined && { Description: description }),
  CreatedDate: wireTime(createdAt),
  LastChangedDate: wireTime(changedAt),
});

/** Of versions with a label, as AWS lists them. */
const versionStages = ({ versions }: Secret) =>
  Object.fromEntries(versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]));
