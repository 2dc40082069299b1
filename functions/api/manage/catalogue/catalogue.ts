import type { LintIssue } from '../../../contract/lint.ts';
import { type Catalogue, readEntries } from '../../../domain/catalogue/catalogue.ts';
import type { CatalogueStore, Clock } from '../../../ports.ts';
import { conflict } from '../change.ts';
import { issuesOfEntries } from '../lint/catalogue.ts';
import { type ApiRefusal, invalid, notFound } from '../refusal.ts';
import type { CatalogueInput } from './catalogue-input.ts';
import { type CheckEntriesDeps, endpointIssues } from './check-entries.ts';

export interface CatalogueDeps extends CheckEntriesDeps {
  catalogue: CatalogueStore;
  clock: Pick<Clock, 'now'>;
}

/** For the audit log: there is one. */
const ID = 'catalogue';

/** The version in force; undefined: none was stored yet. */
export const currentCatalogue = ({ catalogue }: CatalogueDeps): Promise<Catalogue | undefined> => catalogue.current();

export async function catalogueVersion({ catalogue }: CatalogueDeps, text: string): Promise<Catalogue | ApiRefusal> {
  const found = /^[1-9]\d{0,8}$/.test(text) ? await catalogue.get(Number(text)) : undefined;
  return found ?? notFound('version of the catalogue');
}

/**
 * Stores the whole as the next version, if it was made from the one in force. What is in force already makes no
 * version: a request that arrives twice makes one.
 */
export async function putCatalogue(
  deps: CatalogueDeps,
  { version, entries }: CatalogueInput,
  caller: string,
): Promise<Catalogue | ApiRefusal> {
  const issues = await endpointIssues(deps, entries);
  if (issues.length > 0) return invalid(issues);
  const entriesJson = JSON.stringify(entries);
  const inForce = await deps.catalogue.current();
  if (inForce?.entriesJson === entriesJson) return inForce;
  if ((inForce?.version ?? 0) !== version) return overtaken(inForce, version);
  const createdAt = deps.clock.now().toISOString();
  const next = { version: version + 1, entriesJson, createdBy: caller, createdAt };
  if (await deps.catalogue.put(ID, next)) return next;
  return overtaken(await deps.catalogue.current(), version);
}

/** What the same would be refused for, and what lint would say of it. Stores nothing. */
export async function checkCatalogue(
  deps: CatalogueDeps,
  { entries }: Pick<CatalogueInput, 'entries'>,
): Promise<{ entries: number; issues: LintIssue[] } | ApiRefusal> {
  const issues = await endpointIssues(deps, entries);
  return issues.length > 0 ? invalid(issues) : { entries: entries.length, issues: issuesOfEntries(entries) };
}

function overtaken(inForce: Catalogue | undefined, from: number): ApiRefusal {
  const made = `and this was made from version ${from}`;
  if (!inForce) return conflict(`There is no catalogue yet, ${made}. Say "version": 0 to store the first.`);
  const { version, createdBy, createdAt } = inForce;
  const is = `The catalogue is at version ${version}, by ${createdBy} at ${createdAt}, ${made}`;
  return conflict(`${is}. Get version ${version}, make the change there, and put it again.`);
}

/** The file, with who has stored it; an empty one of version 0 where there is none. */
export function catalogueView(catalogue: Catalogue | undefined) {
  if (!catalogue) return { version: 0, entries: [], createdBy: null, createdAt: null };
  const { version, entriesJson, createdBy, createdAt } = catalogue;
  const read = readEntries(catalogue);
  // What does not fit any more is shown all the same: it has to be corrected.
  const entries: unknown = read.ok ? read.entries : JSON.parse(entriesJson);
  return { version, entries, createdBy, createdAt };
}
