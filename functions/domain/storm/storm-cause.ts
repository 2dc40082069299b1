import { type Severity, severities } from '../../contract/alert.ts';
import type { RootCause } from '../../contract/storm.ts';

interface Member {
  id: string;
  severity: Severity;
  createdAt: string;
}

/** Highest severity first, then the earliest; the first one stands for the cause where nobody has named another. */
export const byImportance = <Each extends Member>(members: Each[]): Each[] =>
  [...members].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      Date.parse(a.createdAt) - Date.parse(b.createdAt),
  );

/** The agent is asked for this as the first line; models like to put it in bold, or a word before it. */
const causeLine = /^[\s>#*_`-]*ROOT CAUSE[\s*_`]*:[\s*_`<[("]*([a-z0-9][a-z0-9_-]*)/im;

/** The alert that an answer names as the cause, if it is one of these. */
export function namedCause(answer: string, alertIds: ReadonlySet<string>): string | undefined {
  const [, id] = causeLine.exec(answer.slice(0, ANSWER_CHARACTERS)) ?? [];
  return id !== undefined && alertIds.has(id) ? id : undefined;
}

/** The line comes first; further down an agent may quote others. */
export const ANSWER_CHARACTERS = 4_000;

interface CauseFindings {
  /** Null: the session left none. */
  answer: string | null;
  /** How the session ended, for people. */
  ending: string;
  /** Of the storm, and those that were investigated beside it. */
  alertIds: ReadonlySet<string>;
  fallback: string;
}

/** The cause of a storm as its session names it, else the alert that stands for it, and why. */
export function rootCauseOf({ answer, ending, alertIds, fallback }: CauseFindings): RootCause {
  const named = answer === null ? undefined : namedCause(answer, alertIds);
  if (named !== undefined)
    return { alertId: named, by: 'agent', sentence: `The agent named ${named} as the root cause.` };
  const why = answer === null ? `The session left no answer (${ending})` : 'The answer names no alert of the storm';
  return {
    alertId: fallback,
    by: 'fallback',
    sentence: `${why}: ${fallback} stands for the cause, by highest severity, then earliest.`,
  };
}
