import { describe, expect, test } from 'vitest';
import type { ReasonCode } from '../../../functions/contract/reason-codes.ts';
import { type Decision, effectiveDecision, effectiveReason } from '../../../functions/domain/decision/decision.ts';
import type { Storm } from '../../../functions/domain/storm/storm.ts';

const storm = (changes: Partial<Storm> = {}): Storm => ({
  id: 'stm_1',
  relayId: 'rly_1',
  ruleId: 'rul_1',
  ruleName: 'Fix checkout',
  phase: 'holding',
  firstAlertId: 'alr_1',
  createdAt: '2027-03-01T12:00:00.000Z',
  ...changes,
});
const decision = (changes: Partial<Decision> = {}): Decision => ({
  alertId: 'alr_1',
  relayId: 'rly_1',
  ruleId: 'rul_1',
  reason: 'storm_held',
  sentence: 'Held.',
  stormId: 'stm_1',
  count: 1,
  firstAt: '2027-03-01T12:00:00.000Z',
  lastAt: '2027-03-01T12:00:00.000Z',
  lastDeliveryId: 'dlv_1',
  ...changes,
});

describe('what a decision has come to', () => {
  const cases: [what: string, decision: Partial<Decision>, storm: Storm | undefined, becomes: ReasonCode][] = [
    ['a final one stands', { reason: 'cooldown' }, undefined, 'cooldown'],
    ['one that was followed', { reason: 'scheduled', followedBy: 'started' }, undefined, 'started'],
    ['one that was let go, whatever the storm', { followedBy: 'storm_released' }, storm(), 'storm_released'],
    ['held, while the storm is open', {}, storm({ phase: 'triaging' }), 'storm_held'],
    ['held, and the storm got its session', {}, storm({ phase: 'dispatched' }), 'storm_triaged'],
    ['held, and the storm got none', {}, storm({ phase: 'not_dispatched', reason: 'budget' }), 'budget'],
    ['held, and the storm was stopped', {}, storm({ phase: 'not_dispatched' }), 'storm_held'],
    ['held, and the storm is not there', {}, undefined, 'storm_held'],
    ['another reason beside a storm', { reason: 'storm_triaged' }, storm({ phase: 'released' }), 'storm_triaged'],
  ];
  test.each(cases)('%s', (_, changes, of, becomes) => {
    expect(effectiveReason(decision(changes), of)).toBe(becomes);
    expect(effectiveDecision(decision(changes), of).effectiveReason).toBe(becomes);
  });

  test("names the storm's session where that looks at the alert, and no other", () => {
    const dispatched = storm({ phase: 'dispatched', jobId: 'job_1' });
    expect(effectiveDecision(decision(), dispatched).jobId).toBe('job_1');
    expect(effectiveDecision(decision({ jobId: 'job_2' }), dispatched).jobId).toBe('job_2');
    expect(effectiveDecision(decision({ followedBy: 'storm_released' }), dispatched)).not.toHaveProperty('jobId');
  });
});
