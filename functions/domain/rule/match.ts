import { severities } from '../../contract/alert.ts';
import type { Alert } from '../alert/alert.ts';
import { cut } from '../text/cut.ts';
import { fitsGlob } from '../text/glob.ts';
import { oneLine } from '../text/untrusted-text.ts';
import { fieldOf } from './match-fields.ts';
import type { Match } from './match-schema.ts';
import { isWithin, timeSentence } from './match-time.ts';

export { type Match, matchSchema } from './match-schema.ts';

/** A clause stands in a sentence; what comes after so many characters is left out. */
const MAX_CLAUSE = 200;

/**
 * Whether a rule is for an alert. If not, `clause` says which condition failed, where it stands in the rule and what it
 * asks, e.g. `match.all[1].severity atLeast high`; it holds words of the rule only, none of the alert.
 */
export function matchOf(match: Match, alert: Alert, at: Date): { matched: true } | { matched: false; clause: string } {
  const failed = failureOf(match, 'match', { alert, at });
  return failed === undefined ? { matched: true } : { matched: false, clause: short(failed) };
}

interface Case {
  alert: Alert;
  at: Date;
}

/** Whether it holds, without a word why not: what is asked a thousand times for each alert needs none. */
export function holds(match: Match, alert: Alert, at: Date): boolean {
  if (match.all) return match.all.every((part) => holds(part, alert, at));
  if (match.any) return match.any.some((part) => holds(part, alert, at));
  if (match.not) return !holds(match.not, alert, at);
  return leafHolds(match, { alert, at });
}

/** The first condition that does not hold. */
function failureOf(match: Match, path: string, before: Case): string | undefined {
  if (match.all) return failureOfAll(match.all, path, before);
  if (match.any) {
    const failed = match.any.map((part, index) => failureOf(part, `${path}.any[${index}]`, before));
    if (failed.includes(undefined)) return undefined;
    return failed.length === 1 ? failed[0] : `${path}.any (${match.any.map(said).join('; ')})`;
  }
  if (match.not)
    return failureOf(match.not, path, before) === undefined ? `${path}.not (${said(match.not)})` : undefined;
  if (leafHolds(match, before)) return undefined;
  return match.field === undefined ? `${path}.${said(match)}` : `${path}: ${said(match)}`;
}

function failureOfAll(parts: Match[], path: string, before: Case): string | undefined {
  for (const [index, part] of parts.entries()) {
    const failed = failureOf(part, `${path}.all[${index}]`, before);
    if (failed !== undefined) return failed;
  }
  return undefined;
}

function leafHolds(match: Match, { alert, at }: Case): boolean {
  if (match.severity) return severities.indexOf(alert.severity) <= severities.indexOf(match.severity.atLeast);
  if (match.time) return isWithin(match.time, at);
  const { field = '', exists } = match;
  const found = fieldOf(alert, field);
  return exists === undefined ? found.texts.some((text) => fits(match, text)) : found.exists === exists;
}

function fits({ equals, oneOf, prefix, glob, ignoreCase = false }: Match, text: string): boolean {
  const plain = (value: string | number | boolean) => (ignoreCase ? String(value).toLowerCase() : String(value));
  const given = plain(text);
  if (equals !== undefined) return given === plain(equals);
  if (oneOf !== undefined) return oneOf.some((value) => given === plain(value));
  if (prefix !== undefined) return given.startsWith(plain(prefix));
  return glob !== undefined && fitsGlob(plain(glob), given);
}

/** What a condition asks, in the words of the rule. */
function said({ all, any, not, field, severity, time, ...asked }: Match): string {
  if (all) return `all of ${all.length}`;
  if (any) return `any of ${any.length}`;
  if (not) return `not (${said(not)})`;
  if (severity) return `severity atLeast ${severity.atLeast}`;
  if (time) return `time ${timeSentence(time)}`;
  const { ignoreCase, ...operator } = asked;
  const [name = '', value] = Object.entries(operator).find(([, each]) => each !== undefined) ?? [];
  return `${field} ${name} ${[value].flat().map(quoted).join(', ')}${ignoreCase ? ' ignoreCase' : ''}`;
}

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));

const short = (clause: string): string => cut(oneLine(clause), MAX_CLAUSE);
