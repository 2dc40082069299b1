import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error.ts';
import { readIfThere, replaceFile } from '../private-files.ts';

const versionSchema = z.strictObject({
  id: z.string(),
  value: z.string(),
  stages: z.array(z.enum(['AWSCURRENT', 'AWSPREVIOUS'])),
  /** Epoch milliseconds, as all times here. */
  createdAt: z.number(),
});
const secretSchema = z.strictObject({
  arn: z.string(),
  name: z.string(),
  description: z.string().optional(),
  createdAt: z.number(),
  changedAt: z.number(),
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

/**
 * A new current version; the one before it stays as AWSPREVIOUS, older ones go. The same id and value once more change
 * nothing, the same id with another value is refused.
 */
export function addVersion(
  secret: Secret,
  { value, id = randomUUID(), at }: { value: string; id?: string | undefined; at: number },
): { secret: Secret; version: Version } {
  const known = secret.versions.find((version) => version.id === id);
  if (known && known.value === value) return { secret, version: known };
  if (known) {
    throw new AwsError('ResourceExistsException', `A version with the token ${id} and another value already exists.`);
  }
  const version: Version = { id, value, stages: ['AWSCURRENT'], createdAt: at };
  const before = secret.versions
    .filter(({ stages }) => stages.includes('AWSCURRENT'))
    .map((earlier): Version => ({ ...earlier, stages: ['AWSPREVIOUS'] }));
  return { secret: { ...secret, changedAt: at, versions: [...before, version] }, version };
}
