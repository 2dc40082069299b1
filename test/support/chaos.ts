import type { Delivery } from '../../functions/contract/delivery.ts';
import type { ExecutionInput } from '../../functions/contract/execution.ts';
import { type StormInput, stormCheckSchema, stormTriageSchema } from '../../functions/contract/storm.ts';
import type { DecideDeferredDeps } from '../../functions/decisions/decide-deferred.ts';
import { checkStorm } from '../../functions/decisions/storms/check-storm.ts';
import type { ReleaseDeps } from '../../functions/decisions/storms/release-held.ts';
import { type TriageStormDeps, triageStorm } from '../../functions/decisions/storms/triage-storm.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { retryDelaySeconds } from '../../functions/domain/task/retry-delay.ts';
import { type RouteAlertDeps, routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { VirtualClock } from '../../infra/local/virtual-clock.ts';
import { receivedAt } from './fakes/alert-samples.ts';
import { RoutingWorld } from './fakes/world.ts';
import { type Faults, faulty, random } from './faults.ts';

export interface Trouble extends Faults {
  seed: number;
  /** Each router's clock, milliseconds from the true one. */
  skewsMs: number[];
  /** How often a message that is done comes once more. */
  twice: number;
}

interface Message {
  delivery: Delivery;
  visibleMs: number;
  receives: number;
  isTaken: boolean;
}

/** Stores in the place of those in memory. */
type Stores = Omit<
  RouteAlertDeps & DecideDeferredDeps & ReleaseDeps & TriageStormDeps,
  'executions' | 'stormExecutions' | 'clock'
>;

export interface Aftermath {
  world: RoutingWorld;
  /** Starts of sessions by their name, in the order of time; `storm`: the one session of a storm. */
  starts: { name: string; atMs: number; storm: boolean }[];
  /** Receives of the message that needed most. */
  most: number;
}

const BATCH = 10;
const SESSION_MS = 600_000;
const TASK_RETRY_MS = 5_000;
const DEADLINE_MS = 6 * 3_600_000;
const FOREVER = new AbortController().signal;

/**
 * Deliveries through a queue that gives them in any order and some of them twice, two routers or more at once, and the
 * storms that they begin, in virtual time, with every port failing now and then before or after its work. Ends when
 * nothing is left.
 */
export async function survive(
  rules: Rule[],
  sent: [atMs: number, delivery: Delivery][],
  trouble: Trouble,
  stores: Partial<Stores> = {},
): Promise<Aftermath> {
  const clock = new VirtualClock(Date.parse(receivedAt));
  const from = clock.now();
  const chance = random(trouble.seed);
  const world = new RoutingWorld(rules);
  const starts: Aftermath['starts'] = [];
  const storms: Promise<void>[] = [];
  const messages: Message[] = [];
  let most = 0;
  let awaited = sent.length;

  const session = (name: string, input: ExecutionInput) => {
    starts.push({ name, atMs: clock.now() - from, storm: input.storm !== undefined });
    void clock.sleep(SESSION_MS, FOREVER).then(() => world.endSession(name, new Date(clock.now()).toISOString()));
  };
  const base = world.deps();
  const depsOf = (skewMs: number) => {
    const ports = {
      ...base,
      log: { warn: () => undefined },
      ...stores,
      executions: {
        start: async (name: string, input: ExecutionInput) => {
          if (!world.executions.has(name)) session(name, input);
          return base.executions.start(name, input);
        },
      },
      stormExecutions: {
        start: async (name: string, input: StormInput) => {
          if (!world.stormExecutions.has(name)) storms.push(runStorm(name, input));
          return base.stormExecutions.start(name, input);
        },
      },
      clock: { now: () => new Date(clock.now() + skewMs), sleep: async () => undefined },
    };
    return faulty(ports, trouble, chance, () => clock.now() - from);
  };

  /** As the workflow does: a task that fails is tried again. */
  async function tried<Answer>(task: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await clock.during(task);
      } catch {
        await clock.sleep(TASK_RETRY_MS, FOREVER);
      }
    }
  }

  async function runStorm(name: string, input: StormInput): Promise<void> {
    const at = () => new Date(clock.now()).toISOString();
    const task = { storm: input, executionArn: name };
    let idleSince: string | null = null;
    await clock.sleep(Date.parse(input.checkAt) - clock.now(), FOREVER);
    for (;;) {
      const since = idleSince;
      const check = stormCheckSchema.parse(
        await tried(() => checkStorm(depsOf(0), { ...task, at: at(), idleSince: since })),
      );
      if (check.next === 'over') return;
      if (check.next === 'triage') break;
      idleSince = check.idleSince;
      await clock.sleep(Math.max(0, Date.parse(check.waitUntil) - clock.now()), FOREVER);
    }
    const triage = await tried(() => triageStorm(depsOf(0), { ...task, at: at(), isLate: false }));
    const { job, result } = stormTriageSchema.parse(JSON.parse(JSON.stringify(triage)));
    if (!job || result !== 'dispatched' || world.executions.has(job.id)) return;
    session(job.id, job.input);
    world.executions.set(job.id, job.input);
  }

  async function router(skewMs: number): Promise<void> {
    while (awaited > 0 || messages.length > 0) {
      if (clock.now() - from > DEADLINE_MS) throw new Error(`${messages.length} messages are left`);
      const visible = messages.filter(({ visibleMs, isTaken }) => !isTaken && visibleMs <= clock.now());
      const batch = visible.sort(() => chance() - 0.5).slice(0, BATCH);
      if (batch.length > 0) await clock.during(() => route(batch, skewMs));
      await clock.sleep(1_000, FOREVER);
    }
  }

  async function route(batch: Message[], skewMs: number): Promise<void> {
    for (const message of batch) {
      message.isTaken = true;
      most = Math.max(most, ++message.receives);
    }
    const results = await routeAlerts(
      depsOf(skewMs),
      batch.map(({ delivery }) => delivery),
      undefined,
      batch.map(({ receives }) => receives),
    ).catch(() => batch.map(() => 'failed'));
    for (const [index, message] of batch.entries()) {
      message.isTaken = false;
      if (results[index] !== undefined) message.visibleMs = clock.now() + retryDelaySeconds(message.receives) * 1_000;
      else if (chance() >= trouble.twice) messages.splice(messages.indexOf(message), 1);
    }
  }

  const sender = Promise.all(
    sent.map(async ([atMs, delivery]) => {
      await clock.sleep(atMs, FOREVER);
      messages.push({ delivery, visibleMs: clock.now(), receives: 0, isTaken: false });
      awaited--;
    }),
  );
  await Promise.all([sender, ...trouble.skewsMs.map(router)]);
  for (let done = 0; done < storms.length; done++) await storms[done];
  return { world, starts: starts.sort((a, b) => a.atMs - b.atMs), most };
}
