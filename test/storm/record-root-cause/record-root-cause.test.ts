import { describe, expect, test } from 'vitest';
import { triageStorm } from '../../../functions/decisions/storms/triage-storm.ts';
import { recordRootCause } from '../../../functions/storm/record-root-cause/record-root-cause.ts';
import { sampleCollected } from '../../support/fakes/samples.ts';
import { idOf, iso, StormWorld } from '../../support/fakes/storm-world.ts';

const KEY = 'job/answer.md';

/** A storm whose session has ended with this answer; undefined: it has not ended. */
async function ended(answer: string | null | undefined): Promise<{ world: StormWorld; jobId: string }> {
  const world = new StormWorld();
  await world.deliver(['a', 'b', 'c', 'd', 'e']);
  const { job } = await triageStorm(world.deps, { ...world.input, at: iso(15), isLate: false });
  const stored = world.world.jobs.get(job?.id ?? '');
  if (!stored) throw new Error('The storm has no job');
  const result = {
    ...{ bucket: 'results', patch: null, manifest: 'm', patchSha256: null, baseCommit: null },
    ...{ answer: KEY, files: 0, additions: 0, deletions: 0 },
  };
  const collected = { ...sampleCollected({ outcome: 'no_changes' }), result: answer === null ? null : result };
  if (answer) world.answers.set(KEY, answer);
  if (answer !== undefined) world.world.jobs.set(stored.id, { ...stored, collected, finishedAt: iso(600) });
  return { world, jobId: stored.id };
}

const recorded = ({ world, jobId }: Awaited<ReturnType<typeof ended>>) =>
  recordRootCause(world.deps, { ...world.input, jobId });

describe('the root cause', () => {
  test('is the alert that the answer names', async () => {
    const play = await ended(`ROOT CAUSE: ${idOf('e')}\nThe disk is full.`);
    expect(await recorded(play)).toMatchObject({ alertId: idOf('e'), by: 'agent' });
    expect(play.world.storm?.rootCause).toMatchObject({ alertId: idOf('e'), by: 'agent' });
  });

  test('may be an alert that has a session of its own', async () =>
    expect(await recorded(await ended(`ROOT CAUSE: ${idOf('a')}`))).toMatchObject({ alertId: idOf('a'), by: 'agent' }));

  test('is no alert of elsewhere', async () =>
    expect(await recorded(await ended('ROOT CAUSE: alr_elsewhere'))).toMatchObject({
      alertId: idOf('c'),
      by: 'fallback',
    }));

  test('is the most important alert, where there is no answer', async () =>
    expect(await recorded(await ended(null))).toMatchObject({ alertId: idOf('c'), by: 'fallback' }));

  test('is asked for again while the outcome is not recorded', async () => {
    await expect(recorded(await ended(undefined))).rejects.toMatchObject({ name: 'SessionNotEnded' });
  });
});

test('an alert that was being held while triage looked is counted now', async () => {
  const play = await ended('ROOT CAUSE: none');
  const { world } = play;
  const late = { alertId: idOf('late'), severity: 'high' as const, at: iso(15) };
  await world.deps.storms.addHeld(world.input.storm.stormId, 'dlv_late', [late]);
  const decision = { relayId: 'rly_1', ruleId: 'rul_1', reason: 'storm_held' as const, sentence: '' };
  const [sample] = world.world.alerts.values();
  if (!sample) throw new Error('no alert');
  world.world.alerts.set(late.alertId, { ...sample, id: late.alertId });
  const of = { ...decision, alertId: late.alertId, lastAt: iso(16), lastDeliveryId: 'dlv_late' };
  await world.deps.decisions.record(of, 'firing');
  const account = { relayId: 'rly_1', day: '2027-03-01', deliveryId: 'dlv_late', entries: 1 };
  await world.deps.ledger.decided({ ...account, reasons: { storm_held: 1 } });
  expect(world.ledger.reasons).toMatchObject({ storm_triaged: 3 });
  await recorded(play);
  await recorded(play);
  expect(world.ledger.reasons).toMatchObject({ storm_triaged: 4 });
});
