import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { relay } from '../../infra/commands/relay.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { fire, inPlace, type OwnSystem, output, startSystem } from '../support/system/system.ts';

const patience = { timeout: 60_000, interval: 400 };

/** The commands of an operator, on the synthesized stack and a real OpenCode server. */
describe('the switch', () => {
  let system: OwnSystem;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([startSystem(), sharedAgent()]);
  });
  afterAll(() => system.stop());

  test('stops what runs, keeps what comes, and lets it go afterwards', async () => {
    const environment = { API_URL: output(system.stack, 'ApiUrl'), API_TOKEN: system.apiToken };
    const run = (...args: string[]) => relay(args, { environment, now: new Date(), fetch, wait: setTimeout });
    const hook = await system.hookFor({ server: agent, config: inPlace });
    const running = await fire(hook, 'it runs', '[[hang]]');
    await vi.waitFor(async () => expect(await system.executionArns()).toHaveLength(1), patience);

    const { stdout } = await run('pause', '--reason', 'bad deploy', '--abort');
    expect(stdout).toMatch(/paused since .* by admin: bad deploy\n1 running sessions are being stopped\./);
    expect((await system.outcomeOf(running)).outcome).toBe('cancelled');

    const kept = await fire(hook, 'it waits', '[[text]]');
    const story = async () => (await run('explain', kept)).stdout;
    await vi.waitFor(async () => expect(await story()).toContain('paused. All starts are paused'), patience);
    expect(await system.executionArns()).toHaveLength(1);

    const resumed = await run('resume', '--replay');
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/Replayed:\s+started +1/) });
    expect((await system.outcomeOf(kept)).outcome).toBe('no_changes');
    const sentences = await story();
    for (const part of [': paused. ', ': started. ', 'ended with no_changes']) expect(sentences).toContain(part);

    const relayId = /for relay (rly_\w+)\./.exec(await story())?.[1] ?? '';
    const ledger = await run('ledger', '--relay', relayId);
    expect(ledger.stdout).toMatch(/started +2/);
  });
});
