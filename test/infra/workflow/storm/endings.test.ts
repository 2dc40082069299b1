import { describe, expect, test } from 'vitest';
import { StatesError } from '../../../../infra/local/states/errors.ts';
import { alertNamed, playStorm } from '../../../support/storm-run.ts';

const five = ['a', 'b', 'c', 'd', 'e'].map((name) => alertNamed(name));
const HOUR = 3_600;

/** Fails so often, then lets the function work. */
function failing(times: number, name = 'RelayFailed') {
  let failed = 0;
  return () => {
    if (failed++ < times) throw new StatesError(name, '{"errorMessage":"throttled"}');
  };
}

describe('a storm whose session is not to start', () => {
  test('for want of budget ends red with the reason, and holds no longer', async () => {
    const config = { config: { maxSessionsPerDay: 2 } };
    const { storms, world } = await playStorm({ config, meanwhile: [{ at: 0, alerts: five }] });
    expect(storms[0]?.ending).toMatchObject({
      status: 'FAILED',
      error: 'budget',
      cause: expect.stringContaining('2 of 2'),
    });
    expect([...world.stores.storms.values()]).toMatchObject([{ phase: 'not_dispatched', reason: 'budget' }]);
    expect(world.stores.ledgerDay('rly_1', '2027-03-01').reasons).toEqual({ started: 2, budget: 3 });
    expect(world.stores.windows.get('rul_1')?.window.stormId).toBeNull();
  });

  test('since all of its alerts are over', async () => {
    const over = five.map((alert) => ({ ...alert, status: 'resolved' as const }));
    const meanwhile = [
      { at: 0, alerts: five },
      { at: 10, alerts: over },
    ];
    const { storms } = await playStorm({ meanwhile });
    expect(storms[0]?.ending).toMatchObject({ status: 'FAILED', error: 'resolved' });
  });

  test('since starts are paused: after six hours', async () => {
    const meanwhile = [
      { at: 0, alerts: five },
      { at: 5, paused: true },
    ];
    const { storms } = await playStorm({ meanwhile });
    expect(storms[0]?.ending).toMatchObject({ status: 'FAILED', error: 'paused' });
    expect(storms[0]?.took).toBeGreaterThanOrEqual(6 * HOUR * 1_000);
    expect(storms[0]?.events.length).toBeLessThan(25_000);
  });

  test('a pause that ends before that is waited for', async () => {
    const meanwhile = [
      { at: 0, alerts: five },
      { at: 5, paused: true },
      { at: HOUR, paused: false },
    ];
    const { storms, starts } = await playStorm({ meanwhile });
    expect(storms[0]?.ending?.status).toBe('SUCCEEDED');
    expect(starts.at(-1)?.second).toBeGreaterThanOrEqual(HOUR);
  });
});

describe('trouble of our own', () => {
  test.each(['CheckStorm', 'TriageStorm', 'RecordRootCause'])(
    '%s that fails for a while changes nothing',
    async (name) => {
      const { storms, starts } = await playStorm({
        script: { [name]: failing(4) },
        meanwhile: [{ at: 0, alerts: five }],
      });
      expect(storms[0]?.ending?.status).toBe('SUCCEEDED');
      expect(starts).toHaveLength(3);
    },
  );

  test.each([
    ['CheckStorm', 'Check storm'],
    ['TriageStorm', 'Triage storm'],
    ['RecordRootCause', 'Record root cause'],
  ])('%s that fails for good ends red and says where', async (name, state) => {
    const meanwhile = [{ at: 0, alerts: five }];
    const { storms } = await playStorm({ script: { [name]: failing(99) }, meanwhile });
    expect(storms[0]?.ending).toMatchObject({
      status: 'FAILED',
      error: 'StormFailed',
      cause: expect.stringContaining(state),
    });
  });

  test('a session that cannot be started for a while is started later', async () => {
    const script = { session: failing(3, 'StepFunctions.ThrottlingException') };
    const { storms, starts } = await playStorm({ script, meanwhile: [{ at: 0, alerts: five }] });
    expect(storms[0]?.ending?.status).toBe('SUCCEEDED');
    expect(starts).toHaveLength(3);
  });

  test('a session that was never started ends red', async () => {
    const script = { session: failing(99, 'StepFunctions.ThrottlingException') };
    const { storms } = await playStorm({ script, meanwhile: [{ at: 0, alerts: five }] });
    expect(storms[0]?.ending).toMatchObject({ status: 'FAILED', error: 'StormFailed' });
  });

  test('a session whose outcome is not recorded yet is asked again', async () => {
    const script = { RecordRootCause: failing(10, 'SessionNotEnded') };
    expect((await playStorm({ script, meanwhile: [{ at: 0, alerts: five }] })).storms[0]?.ending?.status).toBe(
      'SUCCEEDED',
    );
  });
});
