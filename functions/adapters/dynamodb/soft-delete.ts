import { type Condition, type Key, setAttributes } from './rows.ts';
import type { Table } from './table.ts';

/**
 * What is deleted through the API stays stored for the audit, marked with the time. Does nothing if there is no such
 * row.
 */
export async function markDeleted(table: Table, key: Key, at: string): Promise<void> {
  await setAttributes(table, key, { deletedAt: at, updatedAt: at }, isUndeleted);
}

const isUndeleted: Condition = { expression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)' };

/** The row of this time of change: who has read an older one writes nothing. */
export const isUnchangedSince = (updatedAt: string): Condition => ({
  expression: 'updatedAt = :before AND attribute_not_exists(deletedAt)',
  values: { ':before': updatedAt },
});

/** Nothing is there, or what was is deleted. */
export const isFree: Condition = { expression: 'attribute_not_exists(pk) OR attribute_exists(deletedAt)' };

export const isThere = ({ deletedAt }: { deletedAt?: string | undefined }): boolean => deletedAt === undefined;
