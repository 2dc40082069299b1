import { limits } from '../../contract/limits.ts';
import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { Alert } from '../alert/alert.ts';
import { normalisedTitle } from '../alert/title.ts';
import { cooldownOf } from '../decision/cooldown.ts';
import { dayOf } from '../decision/ledger.ts';
import type { Job } from '../job/job.ts';
import type { Expectation } from '../job/past-sessions.ts';
import type { AgentConfig } from '../rule/rule.ts';

interface ReplayedSession {
  alert: Alert;
  startMs: number;
  endMs: number;
}

/** Sessions of one rule in virtual time: which of them would start, by the rules of routing. */
export interface ReplaySessions {
  /** Begins a session at that time, or says why not. */
  begin(alert: Alert, atMs: number): ReasonCode | 'started';
  /** Likewise the one session of a storm, for its most important alert: only a budget keeps it from starting. */
  beginStorm(alert: Alert, atMs: number): 'budget' | 'started';
  /** A session with an alert of this title is at work. */
  hasTitle(title: string, atMs: number): boolean;
  count(): number;
}

/** What is left out of an outcome is nothing that cooldown looks at. */
const nothingCollected = { cause: '', polls: 0, session: null, result: null, tokens: null, costUsd: null };

export function replaySessions({ config = {} }: Pick<AgentConfig, 'config'>, expected: Expectation): ReplaySessions {
  const lastOf = new Map<string, ReplayedSession>();
  const titles = new Map<string, ReplayedSession>();
  const days = new Map<string, ReplayedSession[]>();
  let count = 0;

  const coolsDown = (alert: Alert, atMs: number): boolean => {
    const last = lastOf.get(alert.fingerprint);
    const cooling = cooldownOf({
      alertId: alert.id,
      last: last && jobOf(last, expected, atMs),
      lastAlert: last && asOf(last.alert, atMs),
      cooldownSeconds: config.cooldownSeconds ?? limits.cooldownSeconds.default,
      now: new Date(atMs),
    });
    return cooling !== undefined;
  };
  const holder = (title: string, atMs: number): ReplayedSession | undefined => {
    const session = titles.get(title);
    return session && Math.min(session.endMs, session.startMs + limits.sameTitleHours * 3_600_000) > atMs
      ? session
      : undefined;
  };
  const isUsedUp = (atMs: number): boolean => {
    const ofDay = days.get(dayAt(atMs)) ?? [];
    const { maxSessionsPerDay = Number.POSITIVE_INFINITY, maxCostUsdPerDay = Number.POSITIVE_INFINITY } = config;
    const spent = ofDay.filter(({ endMs }) => endMs <= atMs).length * (expected.costUsd?.median ?? 0);
    return ofDay.length >= maxSessionsPerDay || spent >= maxCostUsdPerDay;
  };
  const started = (alert: Alert, atMs: number) => {
    const session = { alert, startMs: atMs, endMs: atMs + expected.tookMs };
    days.set(dayAt(atMs), [...(days.get(dayAt(atMs)) ?? []), session]);
    count += 1;
    return session;
  };

  return {
    begin(alert, atMs) {
      if (coolsDown(alert, atMs)) return 'cooldown';
      if (isUsedUp(atMs)) return 'budget';
      const title = normalisedTitle(alert.title);
      const other = holder(title, atMs);
      if (other && other.alert.id !== alert.id) return 'same_title_running';
      const session = started(alert, atMs);
      lastOf.set(alert.fingerprint, session);
      titles.set(title, session);
      return 'started';
    },
    beginStorm(alert, atMs) {
      if (isUsedUp(atMs)) return 'budget';
      const session = started(alert, atMs);
      lastOf.set(alert.fingerprint, session);
      const title = normalisedTitle(alert.title);
      // Whoever has the title already goes on.
      if (!holder(title, atMs)) titles.set(title, session);
      return 'started';
    },
    hasTitle: (title, atMs) => holder(normalisedTitle(title), atMs) !== undefined,
    count: () => count,
  };
}

/** Before its end a session has no outcome. */
const jobOf = (
  { alert, endMs }: ReplayedSession,
  { outcomeFor }: Expectation,
  atMs: number,
): Pick<Job, 'id' | 'alertId' | 'collected' | 'finishedAt'> => ({
  id: alert.id,
  alertId: alert.id,
  ...(endMs <= atMs && {
    collected: { ...nothingCollected, outcome: outcomeFor(alert) },
    finishedAt: new Date(endMs).toISOString(),
  }),
});

/** The alert as it was then: it may have been resolved since. */
function asOf({ id, resolvedAt }: Alert, atMs: number): Pick<Alert, 'id' | 'resolvedAt'> {
  return isResolvedAt({ resolvedAt }, atMs) && resolvedAt !== undefined ? { id, resolvedAt } : { id };
}

export const isResolvedAt = ({ resolvedAt }: { resolvedAt?: string | undefined }, atMs: number): boolean =>
  resolvedAt !== undefined && Date.parse(resolvedAt) <= atMs;

const dayAt = (atMs: number): string => dayOf(new Date(atMs).toISOString());
