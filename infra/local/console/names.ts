import { z } from 'zod';
import type { ManagementApi } from '../../commands/api.ts';
import { Kept } from './kept.ts';

const relaysAnswer = z.object({ relays: z.array(z.object({ id: z.string(), name: z.string() })) });
const rulesAnswer = z.object({ rules: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Relays and rules by their ids. */
export interface Names {
  relays: Map<string, string>;
  rules: Map<string, string>;
}

/** People rename them now and then; a page that is open reads them again after so long. */
const KEPT_MS = 5_000;

/** Reads the names of relays and rules, and keeps them for some seconds. */
export function namesReader(api: ManagementApi, now: () => number = Date.now): () => Promise<Names> {
  const kept = new Kept<Names>(1);
  return () => kept.get(String(Math.floor(now() / KEPT_MS)), () => readNames(api));
}

async function readNames(api: ManagementApi): Promise<Names> {
  const { relays } = await api.ask('GET', '/relay', relaysAnswer);
  const rules = await Promise.all(
    relays.map(async ({ id }) => (await api.ask('GET', `/relay/${encodeURIComponent(id)}/rules`, rulesAnswer)).rules),
  );
  return {
    relays: new Map(relays.map(({ id, name }) => [id, name])),
    rules: new Map(rules.flat().map(({ id, name }) => [id, name])),
  };
}
