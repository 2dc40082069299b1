import { BeepsClient, NotFoundError, ValidationError } from '@beepsdev/sdk';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { manage } from '../../../functions/api/manage/manage.ts';
import { api } from '../../../functions/middleware/api.ts';
import { fetchFrom } from '../../support/api-client.ts';
import { fakeManagement, fakeTokens } from '../../support/fakes/management.ts';

/** The official SDK on the whole chain; each answer is checked against the schema of its row. */
describe('lint and simulate through the SDK', () => {
  const { routes, rules } = fakeManagement();
  const client = new BeepsClient({
    accessToken: 'admin-token',
    baseURL: 'http://127.0.0.1/v0',
    fetch: fetchFrom(api({ tokens: fakeTokens, run: manage(routes) }), routes),
    retries: { attempts: 0, backoffMs: 0 },
  });
  const simulateAt = '2027-03-01T12:00:00.000Z';

  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const config = {
      agentType: 'opencode' as const,
      integrationId: 'int_1',
      endpoint: 'https://opencode.internal.corp',
    };
    await client.relay.rules.create('rly_1', { name: 'Investigate', ruleType: 'agent', config });
    // As one that was stored while its host was a private host.
    for (const [id, rule] of rules.rules) {
      rules.rules.set(id, { ...rule, configJson: rule.configJson.replace('https:', 'http:') });
    }
  });

  test('lint', async () => {
    const { issues } = await client.relay.lint('rly_1', { simulateAt, coverageDays: 14 });
    expect(issues).toMatchObject([
      { severity: 'warning', code: 'relay.no_enabled_webhook', relayId: 'rly_1' },
      { severity: 'error', code: 'rule.endpoint_refused' },
      { severity: 'error', code: 'rule.endpoint_not_allowed', ruleId: [...rules.rules.keys()][0] },
    ]);
    expect(await client.relay.lintSafe('rly_1')).toEqual({ data: { issues } });
    await expect(client.relay.lint('rly_x')).rejects.toBeInstanceOf(NotFoundError);
    const misspelt = { coverageDays: 14, lives: true };
    await expect(client.relay.lint('rly_1', misspelt)).rejects.toThrow('Did you mean `live`?');
  });

  test('simulate', async () => {
    const input = { simulateAt, alert: { title: 'Totals are wrong', severity: 'high' as const, metadata: { a: [1] } } };
    const result = await client.relay.simulate('rly_1', input);
    expect(result).toMatchObject({
      relayId: 'rly_1',
      simulateAt,
      alertPreview: { title: 'Totals are wrong', severity: 'high', source: 'custom', metadata: { a: [1] } },
      groups: [{ groupName: 'default', steps: [{ ruleType: 'agent', agentType: 'opencode', wouldStart: true }] }],
    });
    expect(await client.relay.simulateSafe('rly_1', input)).toEqual({ data: result });
  });

  test('a payload that nobody knows is refused in the words of the intake', async () => {
    const refused = client.relay.simulate('rly_1', { simulateAt, payload: { hello: 'world' } });
    await expect(refused).rejects.toBeInstanceOf(ValidationError);
    await expect(refused).rejects.toThrow('No known format explains this body');
  });

  test('without alert and payload, as the contract allows, one is made up', async () => {
    const simulated = await client.relay.simulate('rly_1', { simulateAt });
    expect(simulated.alertPreview).toMatchObject({ title: 'Simulated alert', source: 'custom' });
  });
});
