import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error.ts';
import { readIfThere, replaceFile } from '../private-files.ts';

const versionSchema = z.strictObject({
  id: z.string(),
  value: z.string(),
  /** Labels, each on one version: `AWSCURRENT`, `AWSPREVIOUS`, or one of a caller's own. */
  stages: z.array(z.string()),
  /** Epoch milliseconds, as all times here. */
  createdAt: z.number(),
});
const secretSchema = z.strictObject({
  arn: z.string(),
  name: z.string(),
  description: z.string().optional(),
  createdAt: z.number(),
  changedAt: z.number(),
  /** Marked for deletion: nothing but restoring is possible from then on. */
  deletedAt: z.number().optional(),
  versions: z.array(versionSchema),
});
export type Secret = z.infer<typeof secretSchema>;
type Version = z.infer<typeof versionSchema>;

/** All secrets in one file that only the user may read, replaced as a whole. */
export class SecretFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  read(): Secret[] {
    const text = readIfThere(this.#path)?.toString();
    if (text === undefined) return [];
    try {
      return z.array(secretSchema).parse(JSON.parse(text));
    } catch {
      // Without the cause: its message may quote a secret.
      throw new Error(`${this.#path} cannot be read. Delete the data to begin anew.`);
    }
  }

  replace(secrets: Secret[]): void {
    replaceFile(this.#path, `${JSON.stringify(secrets, null, 2)}\n`);
  }
}

/** AWS keeps versions without a label for a day at least: a draft whose label has moved on can still become current. */
const KEPT_WITHOUT_LABEL = 10;

/**
 * A new version under `stages`; if it is the current one, the one before it stays as AWSPREVIOUS. The same id and value
 * once more change nothing, the same id with another value is refused.
 */
export function addVersion(
  secret: Secret,
  {
    value,
    id = randomUUID(),
    at,
    stages = ['AWSCURRENT'],
  }: { value: string; id?: string | undefined; at: number; stages?: string[] | undefined },
): { secret: Secret; version: Version } {
  const known = secret.versions.find((version) => version.id === id);
  if (known && known.value === value) return { secret, version: known };
  if (known) {
    throw new AwsError('ResourceExistsException', `A version with the token ${id} and another value already exists.`);
  }
  const version: Version = { id, value, stages: [], createdAt: at };
  const versions = stages.reduce((before, stage) => labelled(before, stage, id), [...secret.versions, version]);
  return {
    secret: { ...secret, changedAt: at, versions: withoutOldest(versions) },
    version: { ...version, stages },
  };
}

/** Moves a label to a version, from the version that the caller believes it to be on: else the call is refused. */
export function moveStage(
  secret: Secret,
  { stage, from, to }: { stage: string; from: string | undefined; to: string },
): Secret {
  const holder = secret.versions.find(({ stages }) => stages.includes(stage))?.id;
  if (!secret.versions.some(({ id }) => id === to)) {
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the version ${to}.`);
  }
  if (holder !== undefined && holder !== to && holder !== from) {
    throw new AwsError(
      'InvalidParameterException',
      `The staging label ${stage} is on another version than the given one.`,
    );
  }
  return { ...secret, versions: labelled(secret.versions, stage, to) };
}

/** AWSPREVIOUS follows AWSCURRENT to the version that it leaves. */
function labelled(versions: Version[], stage: string, to: string): Version[] {
  const holder = versions.find(({ stages }) => stages.includes(stage))?.id;
  if (holder === to) return versions;
  const moved = versions.map((version) => {
    const others = version.stages.filter((name) => name !== stage);
    return { ...version, stages: version.id === to ? [...others, stage] : others };
  });
  return stage === 'AWSCURRENT' && holder !== undefined ? labelled(moved, 'AWSPREVIOUS', holder) : moved;
}

function withoutOldest(versions: Version[]): Version[] {
  const kept = versions.filter(({ stages }) => stages.length === 0).slice(-KEPT_WITHOUT_LABEL);
  return versions.filter((version) => version.stages.length > 0 || kept.includes(version));
}
