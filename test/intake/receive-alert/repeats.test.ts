import { describe, expect, test } from 'vitest';
import { axiomBody } from '../../domain/intake/payloads/axiom.ts';
import { alarmEvent } from '../../domain/intake/payloads/cloudwatch.ts';
import { datadogBody } from '../../domain/intake/payloads/datadog.ts';
import { pagerdutyEvent } from '../../domain/intake/payloads/pagerduty.ts';
import { alertmanagerBody } from '../../support/fakes/intake.ts';
import { fakeMemory } from '../../support/fakes/webhook-secrets.ts';
import { prepare } from './prepare.ts';

const mine = { title: 'Disk full', dedup_key: 'disk', id: 'msg-1' };

describe('an unsigned delivery that its sender sends once more', () => {
  test.each([
    ['Datadog', datadogBody()],
    ['PagerDuty', pagerdutyEvent('incident.triggered')],
    ['EventBridge', { ...alarmEvent('ALARM', 'OK'), id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92' }],
    ['the generic format', mine],
  ])('is known by the id that %s gives it, and queued as a repeat', async (_, body) => {
    const { sent, post } = prepare({ memory: fakeMemory() });
    expect(await post(body)).toMatchObject({ delivery: { deliveryId: expect.stringMatching(/^dlv_[0-9a-f]{32}$/) } });
    expect(await post(body)).toEqual({
      repeated: { deliveryId: sent[0]?.deliveryId },
      webhook: { id: 'wh_1', relayId: 'rly_1' },
    });
    const [first, repeat] = sent;
    expect(repeat).toMatchObject({ repeatOf: first?.deliveryId, items: first?.items });
    expect(repeat?.deliveryId).not.toBe(first?.deliveryId);
  });

  test.each([
    ['Alertmanager', alertmanagerBody()],
    ['Axiom', axiomBody('Open')],
    ['Datadog, whose variable is not filled in', datadogBody({ id: '$ID' })],
    ['the generic format without an id', { ...mine, id: undefined }],
    ['the generic format with a number that a double rounds', { ...mine, id: 2 ** 53 + 2 }],
  ])('is another delivery where there is no id: %s', async (_, body) => {
    const { sent, post } = prepare();
    for (const _try of [1, 2]) await post(body);
    expect(sent).toHaveLength(2);
  });

  test('is another delivery where the body differs: some give the id of the incident', async () => {
    const { sent, post } = prepare({ memory: fakeMemory() });
    for (const status of ['firing', 'resolved']) await post({ ...mine, status });
    expect(sent).toHaveLength(2);
  });

  test('is taken where it could not be queued before', async () => {
    const memory = fakeMemory();
    const failing = prepare({ memory, queue: { send: () => Promise.reject(new Error('full')) } });
    await expect(failing.post(mine)).rejects.toThrow('full');
    const { sent, post } = prepare({ memory });
    await post(mine);
    expect(sent).toHaveLength(1);
  });
});
