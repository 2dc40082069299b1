import { describe, expect, test } from 'vitest';
import { readAlerts } from '../../../functions/domain/intake/formats.ts';
import { isObject } from '../../../functions/domain/intake/json.ts';
import { alertmanagerBody, alertmanagerEntry } from '../../support/fakes/intake.ts';

const alertmanager: object = alertmanagerBody();
const generic = { title: 'Disk full' };

function read(body: object, provider: Parameters<typeof readAlerts>[1]) {
  const json = JSON.parse(JSON.stringify(body));
  if (!isObject(json)) throw new Error('The sample is no object');
  return readAlerts(json, provider);
}

describe('format of a body', () => {
  test.each([
    ['is recognised', alertmanager, null, 'alertmanager'],
    ['is recognised', generic, null, 'generic'],
    ['is pinned by', alertmanager, 'prometheus', 'alertmanager'],
    ['is pinned by', generic, 'custom', 'generic'],
    ['is pinned, however much it looks like another', { ...alertmanager, title: 'Mine' }, 'custom', 'generic'],
  ] as const)('%s %j under provider %s', (_, body, provider, format) => {
    expect(read(body, provider)).toMatchObject({ format });
  });

  test.each(['sentry', 'datadog', 'axiom'] as const)('%s is refused by name, not misread', (provider) => {
    expect(read(generic, provider)).toMatchObject({
      code: 'format_not_supported',
      status: 400,
      message: expect.stringContaining(provider),
    });
  });

  test('what no format explains is refused, naming a possible cause', () => {
    expect(read({ text: 'custom' }, null)).toMatchObject({
      code: 'unknown_format',
      status: 400,
      message: expect.stringMatching(/"alerts".*"title".*"payload"/),
    });
  });

  test('a body like that of Grafana is not taken for a generic alert', () => {
    const grafana = { ...alertmanager, version: '1', title: '[FIRING:1] Checkout', state: 'alerting' };
    expect(read(grafana, null)).toMatchObject({ code: 'invalid_payload', issues: [{ path: ['version'] }] });
  });

  test('1,000 alerts are taken, one more is too many', () => {
    const alerts = Array.from({ length: 1_001 }, () => alertmanagerEntry());
    expect(read(alertmanagerBody(alerts.slice(1)), null)).toMatchObject({ occurrences: { length: 1_000 } });
    expect(read(alertmanagerBody(alerts), null)).toMatchObject({ code: 'too_many_alerts', status: 413 });
  });
});
