import { describe, expect, test } from 'vitest';
import { webhookProviders } from '../../../functions/contract/alert.ts';
import { alertmanagerBody, alertmanagerEntry } from '../../support/fakes/intake.ts';
import { read } from '../../support/reading.ts';
import { corpus } from './payloads/corpus.ts';

const generic = { title: 'Disk full' };

describe('format of a body', () => {
  test.each(corpus)('$name is recognised, and the same under its provider', ({ body, format, provider }) => {
    expect(read(body, null)).toMatchObject({ format });
    expect(read(body, provider)).toEqual(read(body, null));
  });

  test('every provider has a sample, or is read as generic', () => {
    const sampled = new Set(corpus.map(({ provider }) => provider));
    expect(webhookProviders.filter((provider) => !sampled.has(provider))).toEqual(['custom']);
    expect(read(generic, 'custom')).toMatchObject({ format: 'generic' });
  });

  test('is pinned, however much it looks like another', () => {
    expect(read({ ...alertmanagerBody(), title: 'Mine' }, 'custom')).toMatchObject({ format: 'generic' });
  });

  const others = webhookProviders.filter((provider) => provider !== 'custom' && provider !== 'generic');
  test.each(others)('a body that is not of the pinned %s is refused by name, not misread', (provider) => {
    expect(read(generic, provider)).toMatchObject({
      code: 'invalid_payload',
      status: 400,
      message: expect.stringContaining(provider === 'prometheus' ? 'alertmanager' : provider),
    });
  });

  test('what no format explains is refused, naming possible causes', () => {
    expect(read({ text: 'custom' }, null)).toMatchObject({
      code: 'unknown_format',
      status: 400,
      message: expect.stringMatching(/"alerts".*"title".*"payload".*template/),
    });
  });

  test('1,000 alerts are taken, one more is too many', () => {
    const alerts = Array.from({ length: 1_001 }, () => alertmanagerEntry());
    expect(read(alertmanagerBody(alerts.slice(1)), null)).toMatchObject({ occurrences: { length: 1_000 } });
    expect(read(alertmanagerBody(alerts), null)).toMatchObject({ code: 'too_many_alerts', status: 413 });
  });
});
