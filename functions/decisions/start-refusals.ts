import { limits } from '../contract/limits.ts';
import type { ReasonCode } from '../contract/reason-codes.ts';
import { incidentOf } from '../domain/alert/incident.ts';
import { cooldownOf } from '../domain/decision/cooldown.ts';
import type { AlertStore, Budgets, IncidentJobs } from '../ports.ts';
import { type ClaimTitleDeps, claimTitle } from './claim-title.ts';
import type { CountedStart } from './session-start.ts';
import { giveBudgetsBack, takeBudgets } from './take-budgets.ts';

interface RefusalDeps extends ClaimTitleDeps {
  alerts: Pick<AlertStore, 'get'>;
  incidentJobs: Pick<IncidentJobs, 'last'>;
  budgets: Budgets;
}

/** One thing that may keep a session from starting. */
interface StartRefusal {
  reason: ReasonCode;
  /** Why the session may not start, for the auditor; undefined: as far as this is concerned it may. Idempotent. */
  sentence(deps: RefusalDeps, start: CountedStart): Promise<string | undefined>;
  /** Takes back what was taken for the session, where another refusal keeps it from starting. Idempotent. */
  giveBack?(deps: RefusalDeps, start: CountedStart): Promise<void>;
}

/** Whoever asks by hand is held to nothing that protects from alerts. */
const isAskedFor = ({ reason }: CountedStart): boolean => reason === 'run_by_user';
const isOfStorm = ({ reason }: CountedStart): boolean => reason === 'storm_triaged';

/** A later round of a relay run is the same work again on purpose; a storm's session is for more than one incident. */
const cooldown: StartRefusal = {
  reason: 'cooldown',
  async sentence(deps, start) {
    if (isAskedFor(start) || isOfStorm(start) || start.round > 1) return undefined;
    const { alert, rule, config } = start;
    const lastId = await deps.incidentJobs.last(rule.id, incidentOf(alert));
    const last = lastId === undefined ? undefined : await deps.jobs.get(lastId);
    return cooldownOf({
      alertId: alert.id,
      last,
      lastAlert: last?.collected ? await deps.alerts.get(last.alertId) : undefined,
      cooldownSeconds: config.config?.cooldownSeconds ?? limits.cooldownSeconds.default,
      now: deps.clock.now(),
    });
  },
};

const budget: StartRefusal = {
  reason: 'budget',
  async sentence({ budgets }, start) {
    if (isAskedFor(start)) return undefined;
    return takeBudgets(budgets, start.scopes, start.day, start.jobId);
  },
  async giveBack({ budgets }, start) {
    if (!isAskedFor(start)) await giveBudgetsBack(budgets, start.scopes, start.day, start.jobId);
  },
};

const sameTitle: StartRefusal = {
  reason: 'same_title_running',
  async sentence(deps, start) {
    if (isAskedFor(start)) return undefined;
    const held = await claimTitle(deps, start);
    // A storm's session begins beside whoever has the title already; nobody else is to begin beside it.
    return isOfStorm(start) ? undefined : held;
  },
};

/**
 * Everything that may keep a session from starting, in the order of asking; routing, simulate, replay, relay runs,
 * storms and runs that a person asks for all come by here. The title is last: a claim stays until a session has ended.
 */
const startRefusals: readonly StartRefusal[] = [cooldown, budget, sameTitle];

/**
 * The first refusal that keeps the session from starting; undefined: it may start, and what it needs is taken.
 * Idempotent.
 */
export async function refusalOf(
  deps: RefusalDeps,
  start: CountedStart,
): Promise<{ reason: ReasonCode; sentence: string } | undefined> {
  for (const [index, { reason, sentence: ask }] of startRefusals.entries()) {
    const sentence = await ask(deps, start);
    if (sentence === undefined) continue;
    for (const asked of startRefusals.slice(0, index).reverse()) await asked.giveBack?.(deps, start);
    return { reason, sentence };
  }
  return undefined;
}
