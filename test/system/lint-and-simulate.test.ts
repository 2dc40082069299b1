import { createServer, type Server } from 'node:net';
import { BeepsClient, ValidationError } from '@beepsdev/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { connectDriver } from '../support/system/driver.ts';
import { fire, inPlace, output, type RuleOptions, type System, sharedSystem } from '../support/system/system.ts';

const TRIES = 5;
const isNotChecked = ({ code }: { code: string }) => code === 'rule.server_not_checked';

interface Silence {
  url: string;
  server: Server;
  /** How many connections there were. */
  count: number;
}

/** A port of which connections are taken and never answered. */
async function startSilence(): Promise<Silence> {
  const server = createServer(() => {
    silence.count += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const silence = { url: `http://127.0.0.1:${address.port}`, server, count: 0 };
  return silence;
}

describe('lint and simulate on the synthesized stack, with a real OpenCode server', () => {
  let system: System;
  let agent: Agent;
  let silence: Silence;
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
    const { relayId } = await system.relayFor({ ...rule, metadata: { origins: [rule.server.url] } });
    const user = new BeepsClient({ accessToken: system.apiToken, baseURL: output(system.stack, 'ApiUrl') });
    const ask = async () => {
      const { issues } = await user.relay.lint(relayId, live);
      expect(JSON.stringify(issues)).not.toContain(rule.server.password);
      return issues.filter(({ code }) => code.startsWith('rule.'));
    };
    let ofRules = await ask();
    // As the finding itself says of a server that is busy with the sessions of other files.
    for (let tried = 1; tried < TRIES && ofRules.some(isNotChecked); tried++) ofRules = await ask();
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

  describe('a rule of a stranger that names the integration of another', () => {
    const relayOf = async (integrationId: string, endpoint: string) => {
      const relay = await system.client.relay.create({ name: 'A relay of a stranger' });
      const config = { agentType: 'opencode' as const, integrationId, endpoint, pollInterval: 1_000 };
      await system.client.relay.rules.create(relay.id, { name: 'Steal', ruleType: 'agent', config });
      return relay;
    };

    test('and an endpoint of his own is refused, naming where the password may go', async () => {
      const { integrationId } = await system.relayFor({ server: agent });
      const before = silence.count;
      const attempt = relayOf(integrationId, silence.url);
      await expect(attempt).rejects.toBeInstanceOf(ValidationError);
      await expect(attempt).rejects.toThrow(`bound to ${agent.url}`);
      expect(silence.count).toBe(before);
    });

    test('before its owner has named the origins gets nothing once he has: neither by lint nor by a session', async () => {
      const { client } = system;
      const secret = { provider: 'opencode' as const, apiKey: 'the-password-of-another' };
      const { id } = await client.integration.create({ name: 'Bound by a stranger', ...secret });
      const relay = await relayOf(id, silence.url);
      expect(await client.integration.get(id)).toMatchObject({ metadata: { origins: [silence.url] } });
      const metadata = { origins: [agent.url] };
      await expect(client.integration.update(id, { metadata })).rejects.toBeInstanceOf(ValidationError);
      await client.integration.update(id, { metadata, apiKey: secret.apiKey });

      const before = silence.count;
      const { issues } = await client.relay.lint(relay.id, live);
      const codes = issues.map(({ code }) => code).filter((code) => code.startsWith('rule.'));
      expect(codes).toEqual(['rule.endpoint_refused', 'rule.endpoint_refused']);
      const [webhook] = await client.webhook.listByRelay(relay.id);
      const alertId = await fire(
        `${output(system.stack, 'HooksUrl')}/${webhook?.webhookKey}`,
        'Send me it',
        '[[text]]',
      );
      const finished = await system.outcomeOf(alertId);
      expect(finished).toMatchObject({ outcome: 'endpoint_refused', cause: expect.stringContaining(silence.url) });
      expect(finished.cause).toContain(id);
      expect(await system.execution(finished.executionArn)).toMatchObject({ error: 'endpoint_refused' });
      expect(await client.alert.listAgents(alertId)).toMatchObject([{ status: 'failed' }]);
      expect(silence.count).toBe(before);
    });
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
