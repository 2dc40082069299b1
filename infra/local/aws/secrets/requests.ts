import { z } from 'zod';

const secretId = z.string().min(1).max(2_048);
const secretString = z.string().min(1).max(65_536);
const stage = z.string().min(1).max(256);
/** SDK clients make one up for each call; it becomes the version's id. */
const token = z.string().min(32).max(64).optional();

/** Inputs of the operations that are served here; any other field is refused. */
export const requestSchemas = {
  CreateSecret: z.strictObject({
    Name: z.string().regex(/^[\w/+=.@-]{1,512}$/),
    Description: z.string().max(2_048).optional(),
    SecretString: secretString.optional(),
    ClientRequestToken: token,
  }),
  GetSecretValue: z.strictObject({
    SecretId: secretId,
    VersionId: z.string().optional(),
    VersionStage: z.string().optional(),
  }),
  PutSecretValue: z.strictObject({
    SecretId: secretId,
    SecretString: secretString,
    ClientRequestToken: token,
    VersionStages: z.array(stage).min(1).max(20).optional(),
  }),
  /** Moving a label only; taking one away for good is not needed here. */
  UpdateSecretVersionStage: z.strictObject({
    SecretId: secretId,
    VersionStage: stage,
    MoveToVersionId: z.string(),
    RemoveFromVersionId: z.string().optional(),
  }),
  DeleteSecret: z.strictObject({ SecretId: secretId, RecoveryWindowInDays: z.int().min(7).max(30).default(30) }),
  RestoreSecret: z.strictObject({ SecretId: secretId }),
  DescribeSecret: z.strictObject({ SecretId: secretId }),
  ListSecrets: z.strictObject({
    MaxResults: z.int().min(1).max(100).default(100),
    NextToken: z.string().regex(/^\d+$/).optional(),
  }),
} as const;

export type Request<O extends keyof typeof requestSchemas> = z.infer<(typeof requestSchemas)[O]>;
