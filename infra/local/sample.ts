import { createHash } from 'node:crypto';
import { BeepsClient } from '@beepsdev/sdk';
import { z } from 'zod';
import type { Options } from './options.ts';
import type { Outputs } from './relay.ts';

/** By which other commands find the sample's relay. */
export const sampleRelayName = 'Sample checkout service';

const acceptedSchema = z.object({ alertIds: z.array(z.string()).min(1) });

export interface Sample {
  relayId: string;
  /** With the webhook's key. */
  hookUrl: string;
}

/**
 * What a user sets up for the main job: integration, relay and rule, through the official SDK. Repeating it reuses what
 * is there, also where its owner has changed it.
 */
export async function prepareSample(outputs: Outputs, options: Pick<Options, 'model' | 'directory'>): Promise<Sample> {
  const client = new BeepsClient({ accessToken: outputs.ApiToken, baseURL: outputs.ApiUrl });
  const server = {
    name: 'Sample OpenCode server',
    externalKey: 'sample',
    provider: 'opencode' as const,
    apiKey: outputs.OpenCodePassword,
    // Its own server may have another port after each start.
    metadata: { username: outputs.OpenCodeUsername, origins: [new URL(outputs.OpenCodeUrl).origin] },
  };
  const integration = await client.integration.create(server);
  const relay = await client.relay.create({ name: sampleRelayName, externalKey: 'sample' });
  await client.relay.rules.create(relay.id, {
    name: 'Investigate with OpenCode',
    externalKey: 'sample',
    ruleType: 'agent',
    config: {
      agentType: 'opencode',
      integrationId: integration.id,
      endpoint: outputs.OpenCodeUrl,
      pollInterval: 1_000,
      maxPollAttempts: 120,
      ...(options.model && { openCodeModel: options.model }),
      ...(options.directory && { config: { directory: options.directory } }),
    },
  });
  const [webhook] = await client.webhook.listByRelay(relay.id);
  if (!webhook) throw new Error('The sample relay has no webhook');
  return { relayId: relay.id, hookUrl: `${outputs.HooksUrl}/${webhook.webhookKey}` };
}

/** Posts one Alertmanager delivery, an incident of its own that begins at `startsAt`, and returns the alert's id. */
export async function fireSample(hookUrl: string, startsAt: Date): Promise<string> {
  const response = await fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alertmanagerDelivery(startsAt)),
  });
  if (response.status !== 202) throw new Error(`The hook answered ${response.status}: ${await response.text()}`);
  const [alertId] = acceptedSchema.parse(await response.json()).alertIds;
  if (alertId === undefined) throw new Error('The hook accepted no alert');
  return alertId;
}

/** What Alertmanager posts for one firing alert; the bug it is about lies in the sample repository. */
function alertmanagerDelivery(startsAt: Date) {
  const labels = { alertname: 'CheckoutTotalsWrong', severity: 'critical', service: 'checkout', env: 'production' };
  // A title of its own: while a session works on a title, another alert with it starts none.
  const at = startsAt.toISOString().slice(0, 19).replace('T', ' ');
  const annotations = {
    summary: `Checkout totals are wrong: discounts are added instead of subtracted (sample of ${at})`,
    description: 'Order totals exceed the cart value for orders with a discount since the last deployment.',
    runbook_url: 'https://runbooks.example.com/checkout-totals',
  };
  return {
    version: '4',
    groupKey: '{}:{alertname="CheckoutTotalsWrong"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'opencode-relay',
    groupLabels: { alertname: labels.alertname },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example.com',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAt: startsAt.toISOString(),
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.example.com/graph',
        fingerprint: createHash('sha256').update(at).digest('hex').slice(0, 16),
      },
    ],
  };
}
