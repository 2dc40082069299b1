import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReasonCode, reasonCodes } from '../../../functions/contract/reason-codes.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { decisionStores } from '../../../functions/wiring/decision-stores.ts';
import {
  type Decision,
  DecisionLog,
  decisionLine,
  leadsToSession,
  watchDecisions,
} from '../../../infra/local/decisions.ts';
import { sampleDelivery, sampleOccurrence, sampleRule } from '../../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../../support/fakes/world.ts';
import { startTable } from '../../support/table.ts';

type Entry = Partial<ReturnType<typeof sampleOccurrence>>;
interface Post {
  rules?: Rule[];
  entry?: Entry;
  paused?: boolean;
  /** Posted, and routed, before. */
  before?: Entry;
  repeatOf?: string;
}

let stores: ReturnType<typeof decisionStores>;
const told: Decision[] = [];
let started: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  started = await startTable({ around: (tables) => watchDecisions(tables, (decision) => told.push(decision)) });
  stores = decisionStores(started.table);
});
afterAll(() => started.stop());

/** What is told of one post: the router decides, and the real store writes to the watched table. */
async function post(name: string, { rules = [sampleRule()], entry, paused, before, repeatOf }: Post) {
  const world = new RoutingWorld(rules);
  if (paused) world.pauseSwitch = { paused: true, by: 'admin', at: '2027-03-01T11:00:00.000Z', reason: 'deploy' };
  const { alerts, decisions, jobs } = stores;
  const route = (delivery: string, changes: Entry = {}, more: object = {}) => {
    const occurrence = sampleOccurrence({ fingerprint: `v1:${name}`, title: name, ...changes });
    const items = [{ alertId: `alr_${name}_${occurrence.fingerprint}`, occurrence }];
    const deliveryId = `dlv_${name}_${delivery}`;
    return routeAlerts({ ...world.deps(), alerts, decisions, jobs }, [sampleDelivery({ deliveryId, items, ...more })]);
  };
  if (before) await route('before', before);
  told.length = 0;
  expect(await route('posted', entry, repeatOf === undefined ? {} : { repeatOf })).toEqual([undefined]);
  return [...told];
}

const configured = (config: object) => sampleRule({}, config);

/** A post that ends in it; the other reasons come later, or from a user, and are written by the same store. */
const posts: Partial<Record<ReasonCode, Post>> = {
  started: {},
  scheduled: { rules: [sampleRule({ delayMinutes: 5 })] },
  rule_disabled: { rules: [sampleRule({ enabled: false })] },
  invalid_rule: { rules: [sampleRule({ configJson: '{}' })] },
  not_matched: { rules: [configured({ config: { match: { field: 'source', equals: 'grafana' } } })] },
  no_rules: { rules: [] },
  paused: { paused: true },
  budget: {
    rules: [configured({ config: { maxSessionsPerDay: 1 } })],
    before: { fingerprint: 'v1:budget_first', title: 'first' },
  },
  storm_held: { rules: [configured({ maxImmediateDispatches: 0 })] },
  same_title_running: { before: { fingerprint: 'v1:title_first' } },
  duplicate_alert: { before: {} },
  duplicate_delivery: { before: {}, repeatOf: 'dlv_duplicate_delivery_before' },
  update: { entry: { status: 'update' } },
  acknowledged: { entry: { status: 'acknowledged' } },
  resolved: { entry: { status: 'resolved' } },
  unknown_state: { entry: { status: 'unknown' } },
  test: { entry: { status: 'test' } },
};

describe('a post has its line: the alert, what was done, why, and the sentence', () => {
  test.each(Object.entries(posts))('%s', async (reason, given) => {
    const [decision, ...more] = await post(reason, given);
    expect(more).toEqual([]);
    expect(decision?.reason).toBe(reason);
    if (!decision) return;
    const [first, second] = decisionLine(decision).text.split('\n');
    expect(first).toMatch(new RegExp(`^alr_${reason}_v1:\\w+ {2}(session|webhook|held|later|no session): ${reason}$`));
    // Two lines of a terminal of some 110 columns, and its end, which is the reason, as it is stored.
    expect(second?.length).toSatisfy((length: number) => length > 20 && length <= 175, second);
    expect(second).not.toContain(decision.alertId);
    expect(decision.sentence.slice(-20)).toBe(second?.slice(-20));
  });

  test.each(reasonCodes.filter((reason) => !(reason in posts)))(
    'so has a decision that is made otherwise: %s',
    async (reason) => {
      told.length = 0;
      const sentence = `This is why it is ${reason}.`;
      const at = { lastAt: '2027-03-01T12:00:00.000Z', lastDeliveryId: 'dlv_1' };
      const decision = { alertId: `alr_${reason}`, relayId: 'rly_1', ruleId: 'rul_1', reason, sentence, ...at };
      await stores.decisions.record(decision, 'firing');
      expect(told.map((each) => decisionLine(each).text)).toEqual([
        expect.stringContaining(`: ${reason}\n${sentence}`),
      ]);
    },
  );

  test('and so has the decision that follows one which stood for a while', async () => {
    const [held] = await post('storm_held', { ...posts.storm_held, entry: { fingerprint: 'v1:followed' } });
    told.length = 0;
    const { alertId = '', ruleId = '' } = held ?? {};
    const later = {
      reason: 'storm_released' as const,
      sentence: 'The storm is over.',
      lastAt: '2027-03-01T12:01:00.000Z',
    };
    await stores.decisions.move({ alertId, ruleId, relayId: 'rly_1', from: 'storm_held', day: '2027-03-01', ...later });
    expect(told.map(({ reason }) => reason)).toEqual(['storm_released']);
  });

  test('a delivery that comes again from the queue tells nothing twice', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const { alerts, decisions, jobs } = stores;
    const items = [{ alertId: 'alr_again', occurrence: sampleOccurrence({ fingerprint: 'v1:again', title: 'again' }) }];
    told.length = 0;
    for (const _ of [1, 2]) {
      await routeAlerts({ ...world.deps(), alerts, decisions, jobs }, [
        sampleDelivery({ deliveryId: 'dlv_again', items }),
      ]);
    }
    expect(told).toHaveLength(1);
  });
});

test('the sentence of a start names its rule; what stands beside it, it does not repeat', () => {
  const said =
    'The alert alr_1 "a", and rule "b" of severity high began at 12:00 in relay "c", and rule "d", version 1, is on.';
  const decision = { alertId: 'alr_1', ruleId: 'rul_1', reason: 'started' as const, sentence: said };
  expect(decisionLine(decision).text).toBe('alr_1  session: started\nRule "d", version 1, is on.');
});

test('a decision leads to a session where one starts, now or in its turn', () => {
  expect(reasonCodes.filter(leadsToSession)).toEqual([
    'started',
    'scheduled',
    'storm_released',
    'storm_triaged',
    'retried',
    'run_by_user',
  ]);
});

test('a thousand alerts are remembered, and no more: a stack may be up for days', async () => {
  const log = new DecisionLog();
  for (let index = 0; index <= 1_000; index++) {
    log.add({ alertId: `alr_${index}`, ruleId: 'rul_1', reason: 'started', sentence: 'It began.' });
  }
  const forgotten = log.of('alr_0').then(() => 'remembered');
  expect((await log.of('alr_1')).alertId).toBe('alr_1');
  await new Promise(setImmediate);
  expect(await Promise.race([forgotten, Promise.resolve('forgotten')])).toBe('forgotten');
});
