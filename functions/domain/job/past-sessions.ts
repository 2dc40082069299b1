import type { Outcome } from '../../contract/outcomes.ts';
import { withoutKey } from '../alert/fingerprint.ts';
import type { Job } from './job.ts';

/** A session that has ended, as a replay learns from it. */
export interface PastSession {
  alertId: string;
  fingerprint: string;
  outcome: Outcome;
  /** US dollars; null: the server did not say. */
  costUsd: number | null;
  /** From its start to its outcome, milliseconds. */
  tookMs: number;
}

/** Where no session of the relay has ended yet. */
const ASSUMED_MS = 15 * 60_000;
const ASSUMED_OUTCOME: Outcome = 'diff_ready';

/** Undefined: it has not ended, or ended before it began. */
export function pastSessionOf({ alertId, input, startedAt, finishedAt, collected }: Job): PastSession | undefined {
  if (!collected || startedAt === undefined || finishedAt === undefined) return undefined;
  const tookMs = Math.max(Date.parse(finishedAt) - Date.parse(startedAt), 0);
  const { outcome, costUsd } = collected;
  return { alertId, fingerprint: input.alert.fingerprint, outcome, costUsd, tookMs };
}

/** What sessions of the past let expect of others. */
export interface Expectation {
  /** That of the last session for this alert, else for this incident, else the commonest. */
  outcomeFor(alert: { id: string; fingerprint: string }): Outcome;
  tookMs: number;
  /**
   * Of one session, US dollars: a quarter of them cost less than `low`, a quarter more than `high`. Null: nothing is
   * known.
   */
  costUsd: { low: number; median: number; high: number } | null;
}

/** `sessions`: newest first. `maxCostUsd`: what one may cost at most. */
export function expectationOf(sessions: PastSession[], maxCostUsd = Number.POSITIVE_INFINITY): Expectation {
  const byAlert = newestBy(sessions, ({ alertId }) => alertId);
  const byIncident = newestBy(sessions, ({ fingerprint }) => fingerprint);
  const usual = commonest(sessions.map(({ outcome }) => outcome)) ?? ASSUMED_OUTCOME;
  const costs = sorted(sessions.flatMap(({ costUsd }) => (costUsd === null ? [] : [Math.min(costUsd, maxCostUsd)])));
  const times = sorted(sessions.map(({ tookMs }) => tookMs));
  return {
    outcomeFor: ({ id, fingerprint }) =>
      (byAlert.get(id) ?? byIncident.get(fingerprint) ?? byIncident.get(withoutKey(fingerprint)))?.outcome ?? usual,
    tookMs: quantile(times, 0.5) ?? ASSUMED_MS,
    costUsd:
      costs.length === 0
        ? null
        : { low: quantile(costs, 0.25) ?? 0, median: quantile(costs, 0.5) ?? 0, high: quantile(costs, 0.75) ?? 0 },
  };
}

const newestBy = (sessions: PastSession[], key: (session: PastSession) => string): Map<string, PastSession> =>
  new Map(sessions.map((session) => [key(session), session] as const).reverse());

/** Of equally common ones the first. */
function commonest<Value>(values: Value[]): Value | undefined {
  const [first] = [...Map.groupBy(values, (value) => value)].sort(([, a], [, b]) => b.length - a.length);
  return first?.[0];
}

const sorted = (numbers: number[]): number[] => [...numbers].sort((a, b) => a - b);

/** The value that so large a part of the sorted values does not exceed. */
const quantile = (values: number[], part: number): number | undefined =>
  values[Math.max(Math.ceil(values.length * part) - 1, 0)];
