import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { WebhookAuth } from '../../../functions/domain/signature/auth.ts';
import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
import { pagerdutyEvent } from '../../domain/intake/payloads/pagerduty.ts';
import { sampleRule } from '../../support/fakes/alert-samples.ts';
import { Door } from '../../support/fakes/door.ts';
import { alertmanagerBody, alertmanagerEntry, sampleWebhook } from '../../support/fakes/intake.ts';

const secret = 'correct-horse-battery';
const auth = (scheme: WebhookAuth['scheme']): WebhookAuth => ({ scheme, versions: [{ id: 'v1', secrets: 1 }] });
const born = sampleWebhook();
const signed = sampleWebhook({ id: 'wh_signed', webhookKey: 'key-signed', auth: auth('pagerduty') });
const shown = sampleWebhook({ id: 'wh_shown', webhookKey: 'key-shown', auth: auth('bearer') });
const bearer = { authorization: `Bearer ${secret}` };

/** What PagerDuty sends, signed where the hook asks for it. */
const sign = (body: object) => ({
  'x-pagerduty-signature': `v1=${createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex')}`,
});

function doorOf(...webhooks: Webhook[]): Door {
  const secrets = { read: async () => ({ secrets: [secret] }) };
  return new Door({ webhooks, secrets, rules: [sampleRule({}, { config: { onResolve: 'stop' } })] });
}

describe('a signed alert, and a body that anybody could have sent to the born hook of its relay', () => {
  const triggered = pagerdutyEvent('incident.triggered');
  const attacks: [what: string, ...bodies: object[]][] = [
    ['resolves it', pagerdutyEvent('incident.resolved')],
    ['acknowledges it', pagerdutyEvent('incident.acknowledged')],
    ['makes another of it', pagerdutyEvent('incident.triggered', { title: 'All is well', urgency: 'low' })],
    ['ends another of it', pagerdutyEvent('incident.triggered'), pagerdutyEvent('incident.resolved')],
  ];

  test.each(attacks)('%s: nothing of the signed one changes, and its session goes on', async (_, ...bodies) => {
    const door = doorOf(born, signed);
    await door.post(triggered, 'key-signed', sign(triggered));
    const [before] = door.alerts;
    for (const body of bodies) await door.post(body, 'key-1');
    expect(before).toMatchObject({ strength: 'signature', webhookId: 'wh_signed' });
    expect(door.alerts[0]).toEqual(before);
    expect(door.world.stopped.has([...door.world.executions.keys()][0] ?? '')).toBe(false);
  });

  test.each(attacks)('%s beforehand: the signed one starts all the same', async (_, ...bodies) => {
    const door = doorOf(born, signed);
    for (const body of bodies) await door.post(body, 'key-1');
    // What they started themselves may work on the same title.
    door.world.endSessions('no_changes');
    const before = door.starts;
    await door.post(triggered, 'key-signed', sign(triggered));
    expect(door.alerts.at(-1)).toMatchObject({ webhookId: 'wh_signed', routedAt: expect.any(String) });
    expect(door.starts).toBe(before + 1);
  });

  test('its own end, signed, closes it', async () => {
    const door = doorOf(born, signed);
    const resolved = pagerdutyEvent('incident.resolved');
    await door.post(triggered, 'key-signed', sign(triggered));
    await door.post(resolved, 'key-signed', sign(resolved));
    expect(door.states).toEqual(['resolved']);
    expect(door.world.stopped.size).toBe(1);
  });
});

const said = (status: string, startsAt = '2027-03-01T11:00:00Z') =>
  alertmanagerBody([alertmanagerEntry({ status, startsAt, endsAt: '2027-03-01T11:30:00Z' })]);

describe('an alert that came through a hook', () => {
  test.each([
    ['without auth is ended through one that asks for a secret', 'key-1', {}, 'key-shown', bearer, ['resolved']],
    ['with a secret is not ended through the one without', 'key-shown', bearer, 'key-1', {}, ['open', 'resolved']],
  ] as const)('%s', async (_, fires, withFiring, ends, withEnd, states) => {
    const door = doorOf(born, shown);
    await door.post(said('firing'), fires, withFiring);
    await door.post(said('resolved', '2027-03-01T11:30:00Z'), ends, withEnd);
    expect(door.states).toEqual(states);
  });

  test('goes on where its hook asks for a secret from now on: its repeat starts nothing, its end closes it', async () => {
    const raised: Webhook[] = [sampleWebhook()];
    const door = doorOf(...raised);
    await door.post(said('firing'));
    const stronger = doorOf({ ...born, auth: auth('bearer') });
    Object.assign(stronger.world, { rows: door.world.rows });
    await stronger.post(said('firing'), 'key-1', bearer);
    expect([stronger.states, stronger.starts]).toEqual([['open'], 0]);
    await stronger.post(said('resolved'), 'key-1', bearer);
    expect(stronger.states).toEqual(['resolved']);
  });
});
