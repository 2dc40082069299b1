import { AuthError, type BeepsClient, RateLimitError, ServerError } from '@beepsdev/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { integration, resetSecrets, ruleFor, startSdk } from './prepare-sdk.ts';

let sdk: Awaited<ReturnType<typeof startSdk>>;
let client: BeepsClient;
beforeAll(async () => {
  sdk = await startSdk();
  client = sdk.client;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await sdk.stop();
});
beforeEach(resetSecrets);

describe('trouble through the SDK', () => {
  test('a create whose answer is lost is repeated by the SDK and makes one integration', async () => {
    let lost = 1;
    const lossy: typeof fetch = async (...request) => {
      const given = await sdk.answer(...request);
      if (lost-- > 0) throw new TypeError('fetch failed');
      return given;
    };
    const made = await sdk.connect(lossy).integration.create(integration('lost'));
    const named = (await client.integration.list()).filter(({ name }) => name === 'lost');
    expect(named).toEqual([made]);
  });

  test.each([
    [429, RateLimitError],
    [503, ServerError],
  ])('%i is tried again, and told in the end', async (status, kind) => {
    let asked = 0;
    const body = JSON.stringify({ error: { code: 'internal', message: 'not now' } });
    const headers = { 'content-type': 'application/json', 'x-request-id': 'request-1' };
    const failing =
      (times: number): typeof fetch =>
      async (...request) =>
        asked++ < times ? new Response(body, { status, headers }) : sdk.answer(...request);
    expect(await sdk.connect(failing(2)).relay.list()).toBeInstanceOf(Array);
    expect(asked).toBe(3);
    const refused = sdk.connect(failing(9)).agentJob.listSafe();
    expect(await refused).toMatchObject({ error: expect.any(kind) });
    expect((await refused).error).toMatchObject({ retryable: true, requestId: 'request-1' });
  });

  test('a wrong token is refused in every Safe twin alike', async () => {
    const stranger = sdk.connect(sdk.answer, 'wrong');
    const refused = [
      await stranger.integration.listSafe(),
      await stranger.integration.createSafe(integration('stranger')),
      await stranger.relay.createSafe({ name: 'stranger' }),
      await stranger.relay.rules.listSafe('rly_1'),
      await stranger.relay.rules.createSafe('rly_1', await ruleFor(client, 'stranger')),
      await stranger.relay.rules.getSafe('rly_1', 'rul_1'),
      await stranger.relay.rules.updateSafe('rly_1', 'rul_1', { enabled: false }),
      await stranger.relay.rules.deleteSafe('rly_1', 'rul_1'),
    ];
    for (const { error } of refused) expect(error).toBeInstanceOf(AuthError);
  });
});
