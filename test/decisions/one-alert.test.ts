import { describe, expect, test } from 'vitest';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
import { decideEntries } from '../../functions/decisions/decide-entries.ts';
import { prepareEntry } from '../../functions/decisions/prepare-entry.ts';
import { recordEntry } from '../../functions/decisions/record-entry.ts';
import { readRelayRules } from '../../functions/decisions/relay-rules.ts';
import type { PauseSwitch } from '../../functions/domain/decision/pause-switch.ts';
import { jobIdOf } from '../../functions/domain/job/job-id.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { alertId, receivedAt, sampleDelivery, sampleOccurrence, sampleRule } from '../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

interface Case {
  what: string;
  rules: Rule[];
  /** Routed before, each as a delivery of its own. */
  before?: AlertOccurrence['status'][];
  status?: AlertOccurrence['status'];
  repeatOf?: string;
  pauseSwitch?: PauseSwitch;
  prepared: { isNew: boolean; routes: boolean };
  /** By rule; `+`: with a job. */
  decided: Record<string, string>;
  recorded: { counted: boolean; isRouted: boolean };
}

const webhook = sampleRule({
  id: 'rul_w',
  ruleType: 'webhook',
  configJson: JSON.stringify({ endpoint: 'https://hooks.example.com/a', method: 'POST' }),
});
const paused = { paused: true, by: 'alice', at: receivedAt };
const inGroup = (id: string, order: number, changes: Partial<Rule> = {}) =>
  sampleRule({ id, order, group: 'g', ...changes });
const first = { isNew: true, routes: true };
const again = { isNew: false, routes: false };
const now = { counted: true, isRouted: true };
const beside = { counted: true, isRouted: false };

const cases: Case[] = [
  { what: 'a new alert', rules: [sampleRule()], prepared: first, decided: { rul_1: 'started +' }, recorded: now },
  {
    what: 'a new alert before rules of several kinds',
    rules: [
      sampleRule(),
      webhook,
      sampleRule({ id: 'rul_off', enabled: false }),
      sampleRule({ id: 'rul_bad' }, { pollInterval: 1 }),
    ],
    prepared: first,
    decided: { rul_1: 'started +', rul_w: 'webhook_called', rul_off: 'rule_disabled', rul_bad: 'invalid_rule' },
    recorded: now,
  },
  {
    what: 'a new alert before a group',
    rules: [inGroup('a', 0, { configJson: '{}' }), inGroup('b', 1), inGroup('c', 2)],
    prepared: first,
    decided: { a: 'invalid_rule', b: 'started +', c: 'scheduled' },
    recorded: now,
  },
  {
    what: 'a new alert while starts are paused',
    rules: [inGroup('a', 0), inGroup('b', 1)],
    pauseSwitch: paused,
    prepared: first,
    decided: { a: 'paused', b: 'not_needed' },
    recorded: now,
  },
  {
    what: 'an alert that is open and was routed',
    rules: [sampleRule()],
    before: ['firing'],
    prepared: again,
    decided: { rul_1: 'duplicate_alert' },
    recorded: beside,
  },
  {
    what: 'the end of an alert',
    rules: [sampleRule(), webhook],
    before: ['firing'],
    status: 'resolved',
    prepared: again,
    decided: { rul_1: 'resolved', rul_w: 'resolved' },
    recorded: beside,
  },
  {
    what: 'an end that comes before its alert',
    rules: [sampleRule()],
    status: 'resolved',
    prepared: first,
    decided: { rul_1: 'resolved' },
    recorded: now,
  },
  {
    what: 'news of an alert',
    rules: [sampleRule()],
    before: ['firing'],
    status: 'update',
    prepared: again,
    decided: { rul_1: 'update' },
    recorded: beside,
  },
  {
    what: 'a delivery that the sender repeats',
    rules: [sampleRule()],
    repeatOf: 'dlv_0',
    prepared: again,
    decided: { rul_1: 'duplicate_delivery' },
    recorded: beside,
  },
  { what: 'an alert of a relay without rules', rules: [], prepared: first, decided: {}, recorded: now },
];

describe('one alert, from top to bottom:', () => {
  test.each(cases)('$what is prepared, decided and recorded', async (each) => {
    const { rules, before = [], status = 'firing', repeatOf, pauseSwitch } = each;
    const world = new RoutingWorld(rules);
    const deps = world.deps();
    const relayRules = await readRelayRules(deps, 'rly_1');
    const step = async (deliveryId: string, of: AlertOccurrence['status'], repeated?: string) => {
      const delivery = sampleDelivery({ deliveryId, ...(repeated !== undefined && { repeatOf: repeated }) });
      const entry = { delivery, alertId, occurrence: sampleOccurrence({ status: of }) };
      const routing = await prepareEntry(deps, { entry, relayRules });
      const [decided] = await decideEntries(deps, [routing], pauseSwitch);
      if (!decided?.result.ok) throw new Error('Not decided');
      const decisions = decided.result.value;
      return { routing, decisions, routed: await recordEntry(deps, { routing, decisions }) };
    };
    for (const [index, earlier] of before.entries()) await step(`dlv_before_${index}`, earlier);

    const { routing, decisions, routed } = await step('dlv_now', status, repeatOf);
    expect({ isNew: routing.fresh !== undefined, routes: routing.routes }).toEqual(each.prepared);
    expect(routing.alert.id).toBe(alertId);
    const told = [...decisions].map(([id, { reason, jobId }]) => [id, jobId === undefined ? reason : `${reason} +`]);
    expect(Object.fromEntries(told)).toEqual(each.decided);
    const reasons = rules.length === 0 ? ['no_rules'] : [...decisions.values()].map(({ reason }) => reason);
    expect(routed.decisions.map(({ reason }) => reason).sort()).toEqual(reasons.sort());
    expect(routed.decisions.every(({ counted }) => counted)).toBe(each.recorded.counted);
    expect([routed.isRouted, routed.error]).toEqual([each.recorded.isRouted, undefined]);
    expect(world.alerts.get(alertId)?.routedAt !== undefined).toBe(repeatOf === undefined);
  });

  test('what an interrupted attempt has recorded is final, also under other rules', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const deps = world.deps();
    const entry = { delivery: sampleDelivery(), alertId, occurrence: sampleOccurrence() };
    const route = async (rules: Rule[]) => {
      const relayRules = { ...(await readRelayRules(deps, 'rly_1')), rules };
      const routing = await prepareEntry(deps, { entry, relayRules });
      const [decided] = await decideEntries(deps, [routing], undefined);
      if (!decided?.result.ok) throw new Error('Not decided');
      return { routing, decisions: decided.result.value };
    };
    const markRouted = () => Promise.reject(new Error('throttled'));
    // The other one has its turn in a run, so the alert is routed once that has begun.
    const later = sampleRule({ id: 'rul_2', group: 'later', delayMinutes: 5 });
    const broken = { ...deps, alerts: { ...deps.alerts, markRouted } };
    const routed = await recordEntry(broken, await route([sampleRule(), later]));
    expect(routed).toMatchObject({
      isRouted: false,
      decisions: [{ reason: 'started' }, { reason: 'scheduled' }],
      error: new Error('throttled'),
    });

    const { routing, decisions } = await route([sampleRule({ enabled: false }), later]);
    expect(routing.recordedReasons).toEqual(
      new Map([
        ['rul_1', 'started'],
        ['rul_2', 'scheduled'],
      ]),
    );
    expect(decisions.get('rul_1')).toMatchObject({ reason: 'started', sentence: 'Decided before.' });
    expect(world.jobs.has(jobIdOf(alertId, 'rul_1'))).toBe(true);
  });

  test('the failure of one entry is a value beside the decisions of the others', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const deps = world.deps();
    const relayRules = await readRelayRules(deps, 'rly_1');
    const routings = await Promise.all(
      ['a', 'b'].map((name) => {
        const occurrence = sampleOccurrence({ fingerprint: `v1:${name}`, title: `Alert ${name}` });
        return prepareEntry(deps, {
          entry: { delivery: sampleDelivery(), alertId: `alr_${name}`, occurrence },
          relayRules,
        });
      }),
    );
    const start = async (name: string) => {
      if (name === jobIdOf('alr_a', 'rul_1')) throw new Error('throttled');
      return `arn:${name}`;
    };
    const decided = await decideEntries({ ...deps, executions: { start } }, routings, undefined);
    expect(decided.map(({ item, result }) => [item.alert.id, result.ok])).toEqual([
      ['alr_a', false],
      ['alr_b', true],
    ]);
  });
});
