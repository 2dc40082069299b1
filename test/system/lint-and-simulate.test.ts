import { createServer, type Server } from 'node:net';
import { BeepsClient } from '@beepsdev/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { connectDriver } from '../support/system/driver.ts';
import { fire, inPlace, output, type RuleOptions, type System, sharedSystem } from '../support/system/system.ts';

/** A port of which connections are taken and never answered. */
async function startSilence(): Promise<{ url: string; server: Server }> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return { url: `http://127.0.0.1:${address.port}`, server };
}

describe('lint and simulate on the synthesized stack, with a real OpenCode server', () => {
  let system: System;
  let agent: Agent;
  let silence: { url: string; server: Server };
  beforeAll(async () => {
    [system, agent, silence] = await Promise.all([sharedSystem(), sharedAgent(), startSilence()]);
    // The first question about a directory may take longer than lint waits.
    const driver = connectDriver(agent);
    await driver.agents(await driver.resolveDirectory(null));
  });
  afterAll(() => {
    silence.server.close();
  });

  /** An addition that the SDK's type does not know and passes on. */
  const live = { coverageDays: 14, live: true };

  /** Live findings of a relay with this one rule, as `code version`. The SDK gives up by itself after 10 s. */
  const lintOf = async (rule: RuleOptions) => {
    const { relayId } = await system.relayFor(rule);
    const user = new BeepsClient({ accessToken: system.apiToken, baseURL: output(system.stack, 'ApiUrl') });
    const { issues } = await user.relay.lint(relayId, live);
    expect(JSON.stringify(issues)).not.toContain(rule.server.password);
    const ofRules = issues.filter(({ code }) => code.startsWith('rule.'));
    return ofRules.map(({ code, details }) => `${code} ${details?.version ?? '-'}`);
  };

  test('live lint asks the server of a rule as a session would', async () => {
    const openCodeModel = { providerID: 'stub', modelID: 'stub-1' };
    expect(await lintOf({ server: agent, openCodeModel, config: { agent: 'build' } })).toEqual([
      expect.stringMatching(/^rule\.server_reached 1\.18\./),
    ]);
    const unknown = { providerID: 'stub', modelID: 'stub-2' };
    expect(await lintOf({ server: agent, openCodeModel: unknown, config: { agent: 'nobody' } })).toEqual([
      expect.stringMatching(/^rule\.server_reached/),
      expect.stringMatching(/^rule\.unknown_model/),
      expect.stringMatching(/^rule\.unknown_agent/),
    ]);
    expect(await lintOf({ server: { ...agent, password: 'not-the-password' } })).toEqual([
      'rule.credentials_rejected -',
    ]);
  });

  test('a server that hangs is told in time', async () => {
    expect(await lintOf({ server: { ...agent, url: silence.url } })).toEqual(['rule.server_unreachable -']);
  });

  test('simulate tells what the hook then does', async () => {
    const { hook, relayId } = await system.relayFor({ server: agent, config: inPlace });
    const payload = {
      title: 'Totals',
      message: '[[text]]',
      severity: 'high',
      source: 'system-test',
      dedup_key: 'Totals',
    };
    const simulated = async () => {
      const simulateAt = new Date().toISOString();
      const { alertPreview, groups } = await system.client.relay.simulate(relayId, { simulateAt, payload });
      return {
        id: Reflect.get(alertPreview, 'id'),
        starts: groups.map(({ steps }) => Reflect.get(steps[0] ?? {}, 'wouldStart')),
      };
    };
    const before = await simulated();
    expect(before.starts).toEqual([true]);
    expect(await system.executionsOf(relayId)).toEqual([]);
    expect(await fire(hook, 'Totals', '[[text]]')).toBe(before.id);
    await system.outcomeOf(before.id);
    expect(await simulated()).toEqual({ id: before.id, starts: [false] });
  });
});
