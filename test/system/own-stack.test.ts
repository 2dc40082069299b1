import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relay } from '../../infra/commands/relay.ts';
import type { Fault } from '../../infra/local/faults/fault.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/property-runs.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { fire, inPlace, type OwnSystem, output, startSystem } from '../support/system/system.ts';

/** Each a few times, so that the run is over soon: most are met by the SDK, the last ones by the workflow. */
const few: Fault[] = [
  { service: 'sqs', kind: 'lost', rate: 1, times: 1 },
  { service: 'states', operation: 'StartExecution', kind: 'error', rate: 1, times: 1 },
  { service: 'dynamodb', functionName: 'route-alert', kind: 'throttling', rate: 1, times: 2 },
  { service: 'dynamodb', functionName: 'create-session', kind: 'lost', rate: 1, times: 2 },
  { service: 'secretsmanager', kind: 'error', rate: 1, times: 1 },
  { service: 's3', kind: 'throttling', rate: 1, times: 1 },
  { service: 'lambda', functionName: 'send-prompt', kind: 'latency', rate: 1, times: 1, ms: 500 },
  { service: 'lambda', functionName: 'poll-session', kind: 'death', rate: 1, times: 1 },
  { service: 'lambda', functionName: 'collect-result', kind: 'throttling', rate: 1, times: 1 },
  { service: 'events', operation: 'PutEvents', kind: 'error', rate: 1, times: 1 },
];
/** Now and then, for as long as it takes. */
const often: Fault[] = [
  ...(['dynamodb', 's3', 'secretsmanager', 'states', 'sqs', 'events'] as const).flatMap((service) =>
    (['throttling', 'error', 'lost'] as const).map((kind): Fault => ({ service, kind, rate: 0.05 })),
  ),
  ...(['throttling', 'error', 'lost', 'death'] as const).map(
    (kind): Fault => ({
      ...{ service: 'lambda', functionName: 'session', kind, rate: 0.05 },
    }),
  ),
];

let system: OwnSystem;
let agent: Agent;
beforeAll(async () => {
  [system, agent] = await Promise.all([startSystem(), sharedAgent()]);
});
afterAll(() => system.stop());

/** The bundled functions with their SDK, on a stack whose services fail. */
describe('trouble of AWS', () => {
  async function outcomesUnder(faults: Fault[], alerts: number): Promise<string[]> {
    const { hook, relayId } = await system.relayFor({ server: agent, config: inPlace });
    system.faults.set(faults);
    const ids: string[] = [];
    const names = ['the disk is full', 'checkout is slow'];
    // A sender tries again what was not taken.
    for (let alert = 0; alert < alerts; alert++)
      ids.push(await tried(() => fire(hook, names[alert] ?? '', '[[text]]')));
    const outcomes = await Promise.all(ids.map(async (id) => (await system.outcomeOf(id)).outcome));
    system.faults.set([]);
    expect(await system.executionsOf(relayId)).toHaveLength(alerts);
    return outcomes;
  }

  test('in every service changes no outcome, and nothing runs twice', async () => {
    expect(await outcomesUnder(few, 1)).toEqual(['no_changes']);
    const met = few.map(({ service, kind, times = 1 }) => [`${service} ${kind}`, times]);
    expect(Object.fromEntries(system.faults.counts)).toEqual(Object.fromEntries(met));
  });

  test.runIf(isLong)(
    'in a twentieth of all calls changes no outcome',
    async () => {
      expect(new Set(await outcomesUnder(often, 2))).toEqual(new Set(['no_changes']));
      process.stdout.write(`Faults injected: ${JSON.stringify(Object.fromEntries(system.faults.counts))}\n`);
    },
    600_000,
  );
});

/** The commands of an operator, on the synthesized stack and a real OpenCode server. */
describe('the switch', () => {
  test('stops what runs, keeps what comes, and lets it go afterwards', async () => {
    const environment = { API_URL: output(system.stack, 'ApiUrl'), API_TOKEN: system.apiToken };
    const run = (...args: string[]) => relay(args, { environment, now: new Date(), fetch, wait: setTimeout });
    const { hook, relayId } = await system.relayFor({ server: agent, config: inPlace });
    const running = await fire(hook, 'it runs', '[[hang]]');
    await eventually(async () => expect(await system.executionsOf(relayId)).toHaveLength(1), 400);

    const { stdout } = await run('pause', '--reason', 'bad deploy', '--abort');
    expect(stdout).toMatch(/paused since .* by admin: bad deploy\n1 running sessions are being stopped\./);
    expect((await system.outcomeOf(running)).outcome).toBe('cancelled');

    const kept = await fire(hook, 'it waits', '[[text]]');
    const story = async () => (await run('explain', kept)).stdout;
    await eventually(async () => expect(await story()).toContain('paused. All starts are paused'), 400);
    expect(await system.executionsOf(relayId)).toHaveLength(1);

    const resumed = await run('resume', '--replay');
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/Replayed:\s+started +1/) });
    expect((await system.outcomeOf(kept)).outcome).toBe('no_changes');
    const sentences = await story();
    for (const part of [': paused. ', ': started. ', 'ended with no_changes']) expect(sentences).toContain(part);

    expect(await story()).toContain(`for relay ${relayId}.`);
    const ledger = await run('ledger', '--relay', relayId);
    expect(ledger.stdout).toMatch(/started +2/);
  });
});

async function tried(send: () => Promise<string>): Promise<string> {
  for (let tries = 0; tries < 10; tries++) {
    const sent = await send().catch(() => undefined);
    if (sent !== undefined) return sent;
  }
  throw new Error('The hook took nothing');
}
