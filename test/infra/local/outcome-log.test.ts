import { describe, expect, test } from 'vitest';
import type { SessionFinished } from '../../../functions/contract/events.ts';
import { OutcomeLog } from '../../../infra/local/outcome-log.ts';
import { executionArn, sampleCollected, sampleExecution } from '../../support/fakes/samples.ts';

function finished(alertId: string): SessionFinished {
  const { jobId, alert, relay, rule } = sampleExecution();
  return { jobId, executionArn, alert: { ...alert, id: alertId }, relay, rule, ...sampleCollected() };
}
const event = (detail: unknown, source = 'opencode-relay', type = 'OpenCode session finished') => ({
  source,
  'detail-type': type,
  detail,
});

describe('the outcome of an alert', () => {
  test('that came before anyone asked is kept', async () => {
    const log = new OutcomeLog();
    log.add(event(finished('alr_1')));
    expect(await log.of('alr_1')).toEqual(finished('alr_1'));
    expect(await log.of('alr_1')).toEqual(finished('alr_1'));
  });

  test('that comes later is waited for, and those of other alerts are not taken for it', async () => {
    const log = new OutcomeLog();
    const one = log.of('alr_1');
    const other = log.of('alr_2');
    log.add(event(finished('alr_2')));
    log.add(event(finished('alr_1')));
    expect((await one).alert.id).toBe('alr_1');
    expect((await other).alert.id).toBe('alr_2');
  });

  test.each([
    ['source', event(finished('alr_1'), 'someone-else')],
    ['type', event(finished('alr_1'), 'opencode-relay', 'Something else')],
  ])('is not an event of another %s', async (_, foreign) => {
    const log = new OutcomeLog();
    const waiting = log.of('alr_1').then(({ costUsd }) => costUsd);
    log.add(foreign);
    log.add(event({ ...finished('alr_1'), costUsd: 7 }));
    expect(await waiting).toBe(7);
  });

  test('is forgotten after a thousand others: a stack may be up for days', async () => {
    const log = new OutcomeLog();
    for (let index = 0; index <= 1_000; index++) {
      log.add(event({ ...finished(`alr_${index}`), jobId: `job_${index}` }));
    }
    const forgotten = log.of('alr_0').then(() => 'remembered');
    expect((await log.of('alr_1')).jobId).toBe('job_1');
    await new Promise(setImmediate);
    expect(await Promise.race([forgotten, Promise.resolve('forgotten')])).toBe('forgotten');
  });

  test('that does not fit the contract is an error, not a silence', () => {
    expect(() => new OutcomeLog().add(event({ jobId: 'job_1' }))).toThrow();
  });
});
