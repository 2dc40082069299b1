import { machineTimeoutSeconds } from '../../../contract/limits.ts';
import type { ReasonCounts } from '../../../contract/reason-codes.ts';
import { type DecideDeferredDeps, decideDeferred } from '../../../decisions/decide-deferred.ts';
import { type FailedWork, type FailedWorkDeps, failedWorkOf } from '../../../decisions/failed-work.ts';
import { readRelayRules } from '../../../decisions/relay-rules.ts';
import { retrySentence } from '../../../decisions/retries.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import { addCounts } from '../../../domain/decision/ledger.ts';
import { pausedSentence } from '../../../domain/decision/routing.ts';
import { forEachConcurrently } from '../../../domain/task/concurrency.ts';
import { errorNameOf } from '../../../domain/task/errors.ts';
import type { AlertQueries, ListPosition, Log, TitleClaims } from '../../../ports.ts';
import { conflict } from '../change.ts';
import { cursorOf } from '../page.ts';
import { type ApiRefusal, invalid, notFound } from '../refusal.ts';
import { sinceMs } from '../since.ts';

export interface FailedDeps extends DecideDeferredDeps, FailedWorkDeps {
  alerts: DecideDeferredDeps['alerts'] & Pick<AlertQueries, 'listNewest'>;
  decisions: DecideDeferredDeps['decisions'] & FailedWorkDeps['decisions'];
  storms: DecideDeferredDeps['storms'] & FailedWorkDeps['storms'];
  jobs: DecideDeferredDeps['jobs'] & FailedWorkDeps['jobs'];
  titles: TitleClaims;
  log: Log;
}

type FailedOutcome = FailedWork['outcome'];

interface Wanted {
  /** Undefined: what repeats would take up by themselves. */
  outcomes?: readonly FailedOutcome[] | undefined;
  since: string;
}

interface FailedAlert {
  alert: Alert;
  work: FailedWork;
}

/** In one call: each alert takes some five reads of 5 ms, and a call has 10 s. */
const LOOKED_AT_PER_CALL = 500;
const AT_ONCE = 10;

/**
 * Work on open alerts of a relay that came to nothing since an instant, the newest alert first. `nextCursor`: where
 * another call goes on, null at the end.
 */
export async function listFailed(
  deps: FailedDeps,
  relayId: string,
  { before, ...wanted }: Wanted & { before: ListPosition | undefined },
): Promise<{ failed: FailedAlert[]; nextCursor: string | null } | ApiRefusal> {
  if (!(await deps.relays.get(relayId))) return notFound('relay');
  const since = sinceMs(wanted.since, deps.clock.now().getTime());
  if (typeof since === 'object') {
    return invalid([{ path: ['since'], code: 'out_of_range', message: since.problem }]);
  }
  const relayRules = await readRelayRules(deps, relayId);
  // A session may have ended long after its alert began.
  const oldest = new Date(since - machineTimeoutSeconds * 1_000).toISOString();
  const alerts: Alert[] = [];
  let looked = 0;
  let nextCursor: string | null = null;
  for await (const alert of deps.alerts.listNewest('active', { before, expected: LOOKED_AT_PER_CALL })) {
    if (alert.createdAt < oldest) break;
    if (alert.relayId === relayId) alerts.push(alert);
    looked++;
    if (looked < LOOKED_AT_PER_CALL) continue;
    nextCursor = cursorOf(alert);
    break;
  }
  const failed = new Map<string, FailedAlert[]>();
  await forEachConcurrently(alerts, AT_ONCE, async (alert) => {
    const works = await failedWorkOf(deps, alert, relayRules);
    const wished = works.filter((work) => isWanted(work, wanted.outcomes) && Date.parse(work.endedAt) >= since);
    failed.set(
      alert.id,
      wished.map((work) => ({ alert, work })),
    );
  });
  return { failed: alerts.flatMap(({ id }) => failed.get(id) ?? []), nextCursor };
}

const isWanted = ({ outcome, isRetried }: FailedWork, outcomes: readonly FailedOutcome[] | undefined): boolean =>
  outcomes === undefined ? isRetried : outcomes.includes(outcome);

/** An alert, and a rule whose work on it is to be tried again. */
interface FailedTarget {
  alertId: string;
  ruleId: string;
}

/**
 * Tries again what came to nothing, in the order that is given, within storm control, budgets and titles as they are
 * now. `left`: where nothing failed any more, because a session is at work, came to a result, or the alert is over.
 */
export async function replayFailed(
  deps: FailedDeps,
  relayId: string,
  { targets, outcomes, caller }: { targets: FailedTarget[]; outcomes: Wanted['outcomes']; caller: string },
): Promise<{ decided: ReasonCounts; left: number; failed: number } | ApiRefusal> {
  if (!(await deps.relays.get(relayId))) return notFound('relay');
  const pauseSwitch = await deps.switch.read();
  if (pauseSwitch?.paused) return conflict(`${pausedSentence(pauseSwitch)} Resume first.`);
  const counts: ReasonCounts[] = [];
  let left = 0;
  let failed = 0;
  // Rules of one alert one after the other: the second sees what the first has begun.
  await forEachConcurrently(Map.groupBy(targets, ({ alertId }) => alertId).values(), AT_ONCE, async (ofAlert) => {
    for (const target of ofAlert) {
      try {
        const reason = await tryAgain(deps, relayId, { ...target, outcomes, caller });
        if (reason === undefined) left++;
        else counts.push({ [reason]: 1 });
      } catch (error) {
        failed++;
        deps.log.warn('Failed alert not decided', { ...target, error: errorNameOf(error) });
      }
    }
  });
  return { decided: addCounts(...counts), left, failed };
}

async function tryAgain(
  deps: FailedDeps,
  relayId: string,
  { alertId, ruleId, outcomes, caller }: FailedTarget & { outcomes: Wanted['outcomes']; caller: string },
) {
  const alert = await deps.alerts.get(alertId);
  if (!alert || alert.relayId !== relayId || alert.resolvedAt !== undefined) return undefined;
  const works = await failedWorkOf(deps, alert, await readRelayRules(deps, relayId));
  const work = works.find((each) => each.ruleId === ruleId && isWanted(each, outcomes));
  if (!work) return undefined;
  const { from, countedAs } = work;
  const retry = { countedAs, sentence: `${retrySentence(work)} ${caller} asked for it.` };
  const later = await decideDeferred(deps, { alertId, ruleId, from, startsExecution: true, retry });
  switch (later.kind) {
    case 'started':
      return 'retried';
    case 'called':
      return 'webhook_called';
    case 'nothing':
      return later.reason;
  }
}
