import type { AlertOccurrence } from '../../contract/alert.ts';
import { limits } from '../../contract/limits.ts';
import { cut } from '../text/cut.ts';
import { collapseSpaces, oneLine } from '../text/untrusted-text.ts';
import { budgetOf, capObject, caps, capTexts, splitLinks } from './caps.ts';
import type { JsonObject } from './json.ts';
import { defaultSeverity, isPlainSeverity, severityOf } from './severity.ts';
import { cutVisibly } from './text.ts';

/** What a format reads from one entry: the sender's own words, of any length. */
export interface Draft {
  status: AlertOccurrence['status'];
  title: string;
  message?: string | undefined;
  severity?: string | undefined;
  source: string;
  service?: string | undefined;
  environment?: string | undefined;
  externalId?: string | undefined;
  fingerprint: string;
  /** ISO 8601 with an offset. */
  startsAt?: string | undefined;
  /** Each start is an incident of its own: see the contract. */
  startsApart?: true | undefined;
  /** ISO 8601 with an offset: when what is told happened, by the sender's clock. */
  occurredAt?: string | undefined;
  links: Record<string, string>;
  labels: Record<string, string>;
  metadata: JsonObject;
  /** Fields of the entry that the format does not know. */
  otherFields: JsonObject;
  /** Names of fields that are not kept, such as what they say of persons. */
  dropped?: string[] | undefined;
  /** What else a person has to know of how it was read. */
  notes?: JsonObject | undefined;
  /** What tells the incident from others, where that is labels; see `keyedBy`. */
  facts?: Record<string, string> | undefined;
  /** The part of the body that this was read from. Absent: all of it. */
  entry?: JsonObject | undefined;
}

/** Of a title that holds nothing to read. */
const UNTITLED = 'Untitled alert';

/**
 * The normal form of an entry: one-line names, known severity, UTC start, everything within its cap. Nothing is lost in
 * silence: what the normal form has no place for stands in `metadata.intake`, which is there only if there is something
 * to say: `severity` (a word that is not in the table, or means several things), `title` (of which the title is a
 * part), `links` (given as links, and none), `otherFields` (unknown to the format), `dropped` (names of what was not
 * kept) and `leftOut` (how many labels or metadata entries did not fit).
 */
export function occurrenceOf(draft: Draft): AlertOccurrence {
  const severity = draft.severity === undefined ? defaultSeverity : severityOf(draft.severity);
  const { links, others } = splitLinks(draft.links);
  const labelBudget = budgetOf(caps.labels);
  const labels = capTexts(draft.labels, labelBudget);
  // The notes stand under this name; the sender's own field of that name stands among them.
  const { intake: theirs, ...metadata } = draft.metadata;
  const otherFields = { ...draft.otherFields, ...(theirs !== undefined && { 'metadata.intake': theirs }) };
  // Identity is made of the title as it was sent; what is kept of it can be seen.
  const title = oneLine(draft.title);
  const notes: JsonObject = {
    ...(!isPlainSeverity(draft.severity) && { severity: draft.severity ?? null }),
    ...(title.length > limits.titleCharacters && { title }),
    ...draft.notes,
    ...(hasEntries(others) && { links: others }),
    ...(draft.dropped && hasEntries(draft.dropped) && { dropped: draft.dropped }),
    ...(hasEntries(otherFields) && { otherFields }),
  };
  return {
    status: draft.status,
    title: cut(title, limits.titleCharacters) || UNTITLED,
    message: draft.message === undefined ? undefined : cutVisibly(draft.message, caps.message),
    severity: severity ?? defaultSeverity,
    ...(draft.severity === undefined && draft.status !== 'firing' && { severityAssumed: true as const }),
    source: cut(collapseSpaces(draft.source), caps.name),
    service: name(draft.service),
    environment: name(draft.environment),
    externalId: name(draft.externalId),
    fingerprint: draft.fingerprint,
    startsAt: utc(draft.startsAt),
    ...(draft.startsApart && draft.startsAt !== undefined && { startsApart: true as const }),
    occurredAt: utc(draft.occurredAt),
    links,
    labels,
    metadata: metadataOf(metadata, notes, labelBudget.leftOut),
  };
}

/** The notes come first: they are what says that something is missing. */
function metadataOf(given: JsonObject, notes: JsonObject, labelsLeftOut: number): JsonObject {
  const budget = budgetOf(caps.metadata);
  const said = capObject(notes, budget);
  const rest = capObject(given, budget);
  const leftOut: JsonObject = {
    ...(labelsLeftOut > 0 && { labels: labelsLeftOut }),
    ...(budget.leftOut > 0 && { metadata: budget.leftOut }),
  };
  const intake: JsonObject = { ...said, ...(hasEntries(leftOut) && { leftOut }) };
  return { ...rest, ...(hasEntries(intake) && { intake }) };
}

const name = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : cut(collapseSpaces(text), caps.name) || undefined;

const utc = (time: string | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();

const hasEntries = (object: object): boolean => Object.keys(object).length > 0;
