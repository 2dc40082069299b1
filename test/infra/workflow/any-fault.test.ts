import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { FaultyService } from '../../../infra/local/faults/fault.ts';
import { relayId, sampleRule } from '../../support/fakes/alert-samples.ts';
import { random } from '../../support/faults.ts';
import { acrossTable, isLong, runs } from '../../support/property-runs.ts';
import { runTroubled, type TroubledRun, type TroubleOf } from '../../support/troubled-run.ts';

const MINUTE_MS = 60_000;
const services: FaultyService[] = ['dynamodb', 'secretsmanager', 's3', 'states', 'events', 'lambda'];
const kinds = ['before', 'after', 'death'] as const;
/** As many polls as fit into an hour of trouble and the work before and after it. */
const patientRule = sampleRule({}, { maxPollAttempts: 1_000 });

/** Of all runs of this file, by service. */
const injected = new Map<FaultyService, number>();
afterAll(() => {
  const counted = [...injected].map(([service, count]) => `${service} ${count}`).join(', ');
  if (isLong) process.stdout.write(`Faults injected, which changed nothing: ${counted}\n`);
});

/** The same outcome as without trouble, nothing lost, nothing done twice, and the ledger balances. */
function expectUndisturbed(run: TroubledRun): void {
  const { ending, world, server, published } = run;
  expect(ending?.status).toBe('SUCCEEDED');
  expect([...new Set(published.map(({ outcome }) => outcome))]).toEqual(['diff_ready']);
  expect(server.sessions).toHaveLength(1);
  expect(server.prompts.size).toBe(1);
  expect(server.worktrees.size).toBe(0);
  expect([...world.jobs.values()].map(({ collected }) => collected?.outcome)).toEqual(['diff_ready']);
  expect(world.ledger()).toEqual(['rul_1 started 1']);
  const { accepted, reasons, undecided } = world.stores.ledgerDay(relayId, '2027-03-01');
  expect({ accepted, reasons, undecided }).toEqual({ accepted: 1, reasons: { started: 1 }, undecided: 0 });
  for (const [service, count] of run.injected) injected.set(service, (injected.get(service) ?? 0) + count);
}

const undisturbed = await runTroubled(() => undefined);
const everyCall = undisturbed.calls.map((service, index) => ({ service, index }));
/** Of each call one kind: each service meets all of them. */
const withKinds = (calls: typeof everyCall) => acrossTable(calls, kinds, { kindOf: ({ service }) => service });

test('without trouble an alert becomes a patch, with calls of every service', () => {
  expectUndisturbed(undisturbed);
  expect([...new Set(undisturbed.calls)].sort()).toEqual(services.toSorted());
  expect(undisturbed.published).toHaveLength(1);
});

describe('any single fault', () => {
  test.each(withKinds(everyCall))('of $row.service, call $row.index, changes nothing', async ({ row, columns }) => {
    const { service, index } = row;
    for (const kind of columns) {
      const run = await runTroubled((call) => (call.index === index ? kind : undefined));
      expectUndisturbed(run);
      expect(run.injected.get(service)).toBe(1);
      // An event whose answer was lost is sent once more: subscribers know its job.
      expect(run.published).toHaveLength(service === 'events' && kind !== 'before' ? 2 : 1);
    }
  });
});

/** From a moment on calls of the services fail so often: a third before, a third after, and a third with a death. */
function during(troubled: FaultyService[], [fromMs, toMs]: [number, number], rate: number, seed: number): TroubleOf {
  const chance = random(seed);
  return ({ service, ms }) => {
    if (!troubled.includes(service) || ms < fromMs || ms >= toMs || chance() >= rate) return undefined;
    return kinds[Math.floor(chance() * kinds.length)];
  };
}

const someServices = fc.subarray(services, { minLength: 1 });
const moment = fc.integer({ min: 0, max: 160_000 });
const rate = fc.constantFrom(0.2, 0.5, 1);

describe('any single fault while a patch is checked, its agent told what failed, and it is checked again', async () => {
  const verify = [{ name: 'tests', command: 'npm test', minutes: 1 }];
  const options = { config: { verify, verifyRetries: 1, verifyRequired: true } };
  const rule = sampleRule({}, options);
  const plain = await runTroubled(() => undefined, rule);
  const ofChecks = plain.calls.map((service, index) => ({ service, index })).slice(undisturbed.calls.length / 2);
  const tried = isLong ? ofChecks : ofChecks.filter(({ index }) => index % 3 === 0);

  const expectCorrected = ({ ending, server, published, world }: TroubledRun): void => {
    expect(ending?.status).toBe('SUCCEEDED');
    const [finished] = published;
    expect(finished).toMatchObject({ outcome: 'diff_ready', checks: [{ name: 'tests', verdict: 'passed' }] });
    expect([server.sessions.length, server.prompts.size, server.checks.size]).toEqual([1, 2, 2]);
    expect(server.worktrees.size).toBe(0);
    expect(world.ledger()).toEqual(['rul_1 started 1']);
  };

  test('without any it is so', () => expectCorrected(plain));
  test.each(withKinds(tried))('of $row.service, call $row.index', async ({ row, columns }) => {
    const { service, index } = row;
    for (const kind of columns) {
      const run = await runTroubled((call) => (call.index === index ? kind : undefined), rule);
      expectCorrected(run);
      expect(run.injected.get(service)).toBe(1);
    }
  });

  test('any minute of trouble of any services', async () => {
    const patient = sampleRule({}, { ...options, maxPollAttempts: 1_000 });
    await fc.assert(
      fc.asyncProperty(someServices, fc.integer({ min: 160_000, max: 400_000 }), rate, fc.nat(), async (...drawn) => {
        const [troubled, fromMs, often, seed] = drawn;
        expectCorrected(await runTroubled(during(troubled, [fromMs, fromMs + MINUTE_MS], often, seed), patient));
      }),
      { numRuns: runs(0.2) },
    );
  }, 600_000);
});

test('any minute of trouble of any services changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(someServices, moment, rate, fc.nat(), async (troubled, fromMs, often, seed) => {
      expectUndisturbed(await runTroubled(during(troubled, [fromMs, fromMs + MINUTE_MS], often, seed), patientRule));
    }),
    { numRuns: runs(0.4) },
  );
}, 600_000);

test('an hour of trouble of any services, once the session has begun, changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(someServices, moment, fc.nat(), async (troubled, fromMs, seed) => {
      const begun = everyCall.findIndex(({ service }, index) => index > 0 && service === 'lambda');
      const trouble = during(troubled, [fromMs, fromMs + 60 * MINUTE_MS], 1, seed);
      const run = await runTroubled((call) => (call.index < begun ? undefined : trouble(call)), patientRule);
      expectUndisturbed(run);
    }),
    { numRuns: runs(0.2) },
  );
}, 600_000);
