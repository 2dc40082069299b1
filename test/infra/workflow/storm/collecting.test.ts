import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { outcomes } from '../../../../functions/contract/outcomes.ts';
import { alertIdFor, alertNamed, playStorm } from '../../../support/storm-run.ts';

const named = (...names: string[]) => names.map((name) => alertNamed(name));
const five = named('a', 'b', 'c', 'd', 'e');
const sessionAt = (starts: { second: number; isStorm: boolean }[]) =>
  starts.filter(({ isStorm }) => isStorm).map(({ second }) => second);

describe('a storm is triaged', () => {
  test('15 s after its detection if nothing follows', async () => {
    const { starts, storms, world } = await playStorm({ meanwhile: [{ at: 0, alerts: five }] });
    expect(sessionAt(starts)).toEqual([15]);
    expect(starts).toHaveLength(3);
    const [storm] = world.stores.storms.values();
    expect(storm).toMatchObject({ phase: 'dispatched', held: 3, detectedAt: '2027-03-01T12:00:00.000Z' });
    expect(storms[0]?.output).toMatchObject({ stormId: storm?.id, jobId: storm?.jobId, alerts: 3 });
    expect(world.stores.ledgerDay('rly_1', '2027-03-01')).toMatchObject({
      reasons: { started: 2, storm_triaged: 3 },
      undecided: 0,
    });
  });

  test('15 s after the last alert: the worked example', async () => {
    const later = [5, 10, 20].map((at) => ({ at, alerts: named(`at ${at}`) }));
    const { starts, storms } = await playStorm({ meanwhile: [{ at: 0, alerts: five }, ...later] });
    expect(sessionAt(starts)).toEqual([35]);
    expect(storms[0]?.output).toMatchObject({ alerts: 6 });
  });

  test('90 s after the detection at the latest', async () => {
    const later = Array.from({ length: 29 }, (_, index) => ({ at: (index + 1) * 5, alerts: named(`n${index}`) }));
    const { starts, storms, world } = await playStorm({ meanwhile: [{ at: 0, alerts: five }, ...later] });
    expect(sessionAt(starts)).toEqual([90]);
    expect(starts).toHaveLength(3);
    expect(storms).toHaveLength(1);
    // What came after it has joined it.
    expect(world.stores.ledgerDay('rly_1', '2027-03-01')).toMatchObject({
      accepted: 34,
      reasons: { started: 2, storm_triaged: 32 },
    });
  });

  test('also one that begins while the first alerts are held, and at the right time', async () => {
    const meanwhile = [
      { at: 0, alerts: named('a', 'b', 'c') },
      { at: 31, alerts: named('d', 'e') },
    ];
    expect(sessionAt((await playStorm({ meanwhile })).starts)).toEqual([46]);
  });

  test('1,000 different alerts in 60 s are three sessions', async () => {
    const meanwhile = Array.from({ length: 60 }, (_, second) => ({
      at: second,
      alerts: named(...Array.from({ length: 17 }, (__, index) => `s${second}n${index}`)),
    }));
    const { starts, world } = await playStorm({ meanwhile });
    expect(starts).toHaveLength(3);
    const day = world.stores.ledgerDay('rly_1', '2027-03-01');
    expect(day).toMatchObject({ accepted: 1_020, reasons: { started: 2, storm_triaged: 1_018 }, undecided: 0 });
  });
});

describe('the one session', () => {
  test('names its storm, and its root cause is what the agent says', async () => {
    const answer = `**ROOT CAUSE: ${alertIdFor('d')}**\nThe disk is full.`;
    const { storms, starts, world } = await playStorm({ answer, meanwhile: [{ at: 0, alerts: five }] });
    const input = starts.find(({ isStorm }) => isStorm)?.input;
    expect(input).toMatchObject({ why: { reason: 'storm_triaged' }, storm: { alerts: 3 } });
    const rootCause = { alertId: alertIdFor('d'), by: 'agent' };
    expect(storms[0]?.output).toMatchObject({ rootCause });
    expect([...world.stores.storms.values()]).toMatchObject([
      { rootCause, investigated: [alertIdFor('a'), alertIdFor('b')] },
    ]);
  });

  test('shows in the console what triage came to and how it ended, without its long input', async () => {
    const { storms } = await playStorm({ meanwhile: [{ at: 0, alerts: five }] });
    const exitSchema = z.array(z.object({ name: z.string(), output: z.string() }));
    const exits = new Map(
      exitSchema.parse(storms[0]?.details('stateExitedEventDetails')).map(({ name, output }) => [name, output]),
    );
    const summary = z.strictObject({
      result: z.literal('dispatched'),
      sentence: z.string(),
      alerts: z.literal(3),
      reason: z.null(),
      jobId: z.string(),
    });
    expect(summary.safeParse(JSON.parse(exits.get('Triage storm') ?? 'null')).error).toBeUndefined();
    expect(exits.get('Find root cause')).toBe('"no_changes"');
  });

  const red = outcomes.filter((outcome) => outcome !== 'diff_ready' && outcome !== 'no_changes');
  test.each(red)('that ends in %s leaves the most severe alert as the cause', async (outcome) => {
    const alerts = [...named('a', 'b', 'c'), alertNamed('d', { severity: 'critical' }), alertNamed('e')];
    const { storms } = await playStorm({ outcome, meanwhile: [{ at: 0, alerts }] });
    expect(storms[0]?.ending?.status).toBe('SUCCEEDED');
    expect(storms[0]?.output).toMatchObject({ rootCause: { alertId: alertIdFor('d'), by: 'fallback' } });
  });

  test('is not needed where a session is at work on the same title', async () => {
    const alerts = ['a', 'b', 'c', 'd', 'e'].map((name, index) => alertNamed(name, { title: `Disk ${index} % free` }));
    const { storms, starts, world } = await playStorm({ meanwhile: [{ at: 0, alerts }] });
    expect(starts).toHaveLength(1);
    const [job] = world.jobs.keys();
    expect(storms[0]?.output).toMatchObject({ jobId: job, alerts: 3 });
    expect(world.stores.ledgerDay('rly_1', '2027-03-01').reasons).toEqual({
      started: 1,
      same_title_running: 1,
      storm_triaged: 3,
    });
  });
});
