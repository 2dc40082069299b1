import db, { type Store } from 'dynalite/db/index.js';
import { z } from 'zod';
import { AwsError } from '../error.ts';

export interface StoreOptions {
  /** Without one, in memory. */
  directory?: string;
  region: string;
  account: string;
}

/** dynalite's errors: the body is AWS's own. */
const refusalSchema = z.object({
  statusCode: z.number(),
  body: z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() }),
});

/**
 * LevelDB maps the files that it has open into memory: the fewest that it allows, 74, of which 64 hold tables, each of
 * its smallest size, are 64 MB at most, however much is stored.
 */
const levelOptions = { maxOpenFiles: 74, maxFileSize: 1024 * 1024 };

/** Throws where another process has the directory open. */
export async function openStore({ directory, region, account }: StoreOptions): Promise<Store> {
  const times = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const store = db.create({ ...times, ...(directory !== undefined && { path: directory }) });
  store.tableDb.awsRegion = region;
  store.tableDb.awsAccountId = account;
  try {
    await store.db.open(levelOptions);
  } catch (cause) {
    const reason = isLocked(cause) ? 'another process has them open. Stop it, or use another folder' : 'see the cause';
    throw new Error(`The tables in ${directory} cannot be opened: ${reason}.`, { cause });
  }
  return store;
}

/** What dynalite refuses, as AWS does; any other error as it is. */
export function asAwsError(error: unknown): unknown {
  const refusal = refusalSchema.safeParse(error);
  if (!refusal.success) return error;
  const { statusCode, body } = refusal.data;
  const type = body.__type.split('#').at(-1) ?? body.__type;
  return new AwsError(type, body.message ?? body.Message ?? '', statusCode);
}

function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED';
}
