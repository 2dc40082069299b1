import * as z from 'zod';
import { type HeldAlert, heldAlertSchema, openPhases, type Storm, stormSchema } from '../../domain/storm/storm.ts';
import type { StormStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { newestRows } from './newest.ts';
import { queryPartition } from './query.ts';
import { createOrGetRow, getRow, isPresent, putRow, setAttributes } from './rows.ts';
import type { Table } from './table.ts';

/** As long as the ledger that counts its alerts. */
const KEPT_SECONDS = 90 * 24 * 3_600;

const heldRowSchema = z.object({ held: z.array(heldAlertSchema) });

/**
 * Storms, one row each, and beside it the alerts that each batch had held: a row of 12 KB for a hundred. Once it is
 * known to be a storm, such rows are spread over partitions of their own.
 */
export function createStormStore(table: Table): StormStore {
  const get = async (id: string): Promise<Storm | undefined> => {
    const row = await getRow(table, keys.storm(id));
    return row && parseStorm(row);
  };

  return {
    get,

    async createOrGet(storm) {
      const listed = { listPk: keys.listPartition('STORMS#open', storm.id), listSk: keys.listSort(storm) };
      const row = { ...storm, ...listed, expiresAt: expiryOf(storm.createdAt) };
      return parseStorm(await createOrGetRow(table, keys.storm(storm.id), row));
    },

    async list(ids) {
      const storms = await Promise.all([...new Set(ids)].map(get));
      return storms.filter((storm) => storm !== undefined);
    },

    async markStarted(id, executionArn, startedAt) {
      const isThere = await setAttributes(table, keys.storm(id), { executionArn, startedAt }, isPresent);
      if (!isThere) throw new Error(`Storm ${id} is unknown`);
    },

    change(id, changes, from) {
      const values = Object.fromEntries(from.map((phase, index) => [`:from${index}`, phase]));
      const expression = `#before IN (${Object.keys(values).join(', ')})`;
      const listed = isEnd(changes.phase) ? { listPk: keys.listPartition('STORMS#ended', id) } : {};
      return setAttributes(
        table,
        keys.storm(id),
        { ...changes, ...listed },
        { expression, names: { '#before': 'phase' }, values },
      );
    },

    async addHeld(stormId, id, held, isStorm = false) {
      const last = held.at(-1);
      const key = isStorm ? keys.heldInStorm(stormId, id) : keys.held(stormId, id);
      if (last) await putRow(table, { ...key, held, expiresAt: expiryOf(last.at) });
    },

    async listHeld(stormId, which = 'all') {
      const partitions = [keys.stormPartition(stormId), ...(which === 'all' ? keys.heldPartitions(stormId) : [])];
      const parts = partitions.map((partition) => queryPartition(table, partition, keys.heldPrefix));
      const rows = (await Promise.all(parts)).flat();
      const held = new Map<string, HeldAlert>();
      for (const each of rows.flatMap((row) => heldRowSchema.parse(row).held)) {
        if (!held.has(each.alertId)) held.set(each.alertId, each);
      }
      return [...held.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    },

    async *listNewest({ before, expected }) {
      const span = { before: before && keys.listSort(before), expected };
      for await (const row of newestRows(table, allStorms, span)) yield parseStorm(row);
    },
  };
}

const allStorms = (['STORMS#open', 'STORMS#ended'] as const).flatMap(keys.listPartitions);

const isEnd = (phase: Storm['phase'] | undefined): boolean =>
  phase !== undefined && !openPhases.some((open) => open === phase);

const expiryOf = (at: string): number => Math.floor(Date.parse(at) / 1_000) + KEPT_SECONDS;

export const parseStorm = ({ pk, sk, listPk, listSk, expiresAt, ...storm }: Record<string, unknown>): Storm =>
  stormSchema.parse(storm);
