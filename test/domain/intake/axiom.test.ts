import { describe, expect, test } from 'vitest';
import { firstOf, read } from '../../support/reading.ts';
import { axiomBody, axiomMonitorBody } from './payloads/axiom.ts';

describe('Axiom', () => {
  test("Axiom's own template in the normal form", () => {
    expect(firstOf(axiomBody('Open'))).toEqual({
      status: 'firing',
      title: 'Checkout errors',
      message: 'Errors of the checkout: 131 above 100.',
      severity: 'medium',
      source: 'axiom',
      service: 'checkout',
      externalId: 'CabI3w142069etTgd0',
      fingerprint: 'v1:axiom:["CabI3w142069etTgd0","region","eu-west-1","service","checkout"]',
      occurredAt: '2027-03-01T11:59:00.000Z',
      links: {},
      labels: { region: 'eu-west-1', service: 'checkout' },
      metadata: {
        value: '131',
        description: 'More errors than usual.',
        queryStartTime: '2027-03-01 11:54:00 +0000 UTC',
        queryEndTime: '2027-03-01 11:59:00 +0000 UTC',
        timestamp: '2027-03-01 11:59:00 +0000 UTC',
      },
    });
  });

  test('the nested shape in the normal form', () => {
    expect(firstOf(axiomMonitorBody('triggered'))).toEqual({
      status: 'firing',
      title: 'Checkout errors',
      message: 'More errors than usual.',
      severity: 'medium',
      source: 'axiom',
      externalId: 'mon_7',
      fingerprint: 'v1:axiom:mon_7',
      occurredAt: '2027-03-01T11:59:00.000Z',
      links: { queryUrl: 'https://app.axiom.co/acme/query?qid=7' },
      labels: { dataset: 'shop' },
      metadata: {
        query: "['shop'] | count",
        value: '131',
        threshold: '100',
        operator: 'above',
        timestamp: '2027-03-01T11:59:00Z',
      },
    });
  });

  test.each([
    [axiomBody('Open'), 'firing'],
    [axiomBody('Closed', { value: 0 }), 'resolved'],
    [axiomMonitorBody('triggered'), 'firing'],
    [axiomMonitorBody('resolved'), 'resolved'],
  ])('%j has the state that it says', (body, status) => expect(firstOf(body).status).toBe(status));

  test('one monitor has one key in both shapes', () => {
    const own = axiomBody('Open', { monitorID: 'mon_7', groupKeys: [], groupValues: null });
    expect(firstOf(own).fingerprint).toBe(firstOf(axiomMonitorBody('resolved')).fingerprint);
  });

  test('groups are told apart, in whatever order they come', () => {
    const { fingerprint } = firstOf(axiomBody('Open'));
    const swapped = { groupKeys: ['region', 'service'], groupValues: ['eu-west-1', 'checkout'] };
    expect(firstOf(axiomBody('Closed', swapped)).fingerprint).toBe(fingerprint);
    expect(firstOf(axiomBody('Open', { groupValues: ['cart', 'eu-west-1'] })).fingerprint).not.toBe(fingerprint);
  });

  test('groups by fraction are taken', () => {
    expect(firstOf(axiomBody('Open', { groupValues: ['cart', 0.5] })).labels).toMatchObject({ region: '0.5' });
  });

  test('what a match monitor matched is kept', () => {
    expect(firstOf(axiomBody('Open', { matchedEvent: { line: 'boom' } })).metadata).toMatchObject({
      matchedEvent: { line: 'boom' },
    });
  });

  test.each([
    ['another action', axiomBody('Test'), ['action']],
    ['no monitor', axiomBody('Open', { monitorID: [] }), ['event', 'monitorID']],
    [
      'a group that a double rounds',
      axiomBody('Open', { groupValues: ['cart', 2 ** 53 + 2] }),
      ['event', 'groupValues', 1],
    ],
    ['another state', axiomMonitorBody('x'), ['alert', 'state']],
    ['a monitor without id', axiomMonitorBody('triggered', { monitor: {} }), ['monitor', 'id']],
  ])('%s is refused, naming the field and the template', (_, body, path) => {
    expect(read(body, 'axiom')).toMatchObject({
      message: expect.stringContaining('template'),
      issues: [{ path, message: expect.stringMatching(/^must /) }],
    });
  });
});
