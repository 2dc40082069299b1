import { expect, test } from 'vitest';
import { pagerdutyPing } from '../../domain/intake/payloads/pagerduty.ts';
import { sentryInstallation } from '../../domain/intake/payloads/sentry.ts';
import { fakeWebhooks, sampleWebhook } from '../../support/fakes/intake.ts';
import { prepare } from './prepare.ts';

test.each([
  ['PagerDuty', 'pagerduty', pagerdutyPing(), 'ping'],
  ['Sentry', 'sentry', sentryInstallation(), 'installation'],
] as const)(
  'what %s only wants to hear an answer to is taken, and nothing is queued',
  async (_, provider, body, code) => {
    for (const pinned of [null, provider]) {
      const { sent, post } = prepare({ webhooks: fakeWebhooks(sampleWebhook({ provider: pinned })) });
      expect(await post(body)).toEqual({
        format: provider,
        nothing: { code, message: expect.any(String) },
        webhook: { id: 'wh_1', relayId: 'rly_1' },
      });
      expect(sent).toEqual([]);
    }
  },
);
