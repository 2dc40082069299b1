import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectApi } from '../../infra/control/api.ts';
import { runControl } from '../../infra/control/run.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { fire, inPlace, type OwnSystem, output, startSystem } from '../support/system/system.ts';

/** The commands of an operator, on the synthesized stack and a real OpenCode server. */
describe('the switch', () => {
  let system: OwnSystem;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([startSystem(), sharedAgent()]);
  });
  afterAll(() => system.stop());

  test('stops what runs, keeps what comes, and lets it go afterwards', async () => {
    const api = connectApi({ url: output(system.stack, 'ApiUrl'), token: system.apiToken });
    const run = (...command: Parameters<typeof runControl>) => runControl(...command);
    const hook = await system.hookFor({ server: agent, config: inPlace });
    const running = await fire(hook, 'it runs', '[[hang]]');
    await vi.waitFor(async () => expect(await system.executionArns()).toHaveLength(1), { timeout: 60_000 });

    const { text } = await run(api, { name: 'pause', reason: 'bad deploy', abort: true });
    expect(text).toMatch(/paused since .* by admin: bad deploy\n1 running sessions are being stopped\./);
    expect((await system.outcomeOf(running)).outcome).toBe('cancelled');

    const kept = await fire(hook, 'it waits', '[[text]]');
    const story = async () => (await run(api, { name: 'explain', alertId: kept })).text;
    await vi.waitFor(async () => expect(await story()).toContain('paused. All starts are paused'), { timeout: 60_000 });
    expect(await system.executionArns()).toHaveLength(1);

    const resumed = await run(api, { name: 'resume', replay: true });
    expect(resumed).toMatchObject({ done: true, text: expect.stringMatching(/Replayed:\s+started +1/) });
    expect((await system.outcomeOf(kept)).outcome).toBe('no_changes');
    const sentences = await story();
    for (const part of [': paused. ', ': started. ', 'ended with no_changes']) expect(sentences).toContain(part);

    const relayId = /for relay (rly_\w+)\./.exec(await story())?.[1] ?? '';
    const ledger = await run(api, { name: 'ledger', relayId, day: undefined });
    expect(ledger.text).toMatch(/started +2/);
  });
});
