import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
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

describeReads('Axiom', axiomBody('Open', { groupKeys: [], groupValues: [] }), [
  ['title', 'event.title'],
  ['message', 'event.body', 'event.description'],
  ['externalId', 'event.monitorID'],
  ['occurredAt', 'event.timestamp'],
  ['links.queryUrl', 'event.queryUrl'],
  ['metadata.value', 'event.value'],
  ['metadata.description', 'event.description'],
  ['metadata.queryStartTime', 'event.queryStartTime'],
  ['metadata.queryEndTime', 'event.queryEndTime'],
  ['metadata.timestamp', 'event.timestamp'],
  ['metadata.intake.otherFields.novelty', 'event.novelty'],
]);
describeReads('Axiom, the nested shape', axiomMonitorBody('triggered'), [
  ['title', 'monitor.name'],
  ['message', 'monitor.description'],
  ['externalId', 'monitor.id'],
  ['occurredAt', 'timestamp'],
  ['links.queryUrl', 'queryUrl'],
  ['labels.dataset', 'dataset'],
  ['metadata.query', 'monitor.query'],
  ['metadata.value', 'alert.value'],
  ['metadata.threshold', 'alert.threshold'],
  ['metadata.operator', 'alert.operator'],
  ['metadata.timestamp', 'timestamp'],
  ['metadata.intake.otherFields.novelty', 'novelty'],
]);

describe('Axiom, the rest', () => {
  test.each([
    ...(['open', 'Opened', 'TRIGGERED', ' alerting '] as const).map((word) => [word, 'firing'] as const),
    ...(['closed', 'Resolved', 'OK '] as const).map((word) => [word, 'resolved'] as const),
  ])('"%s" is %s in both shapes', (word, status) => {
    expect(firstOf(axiomBody(word)).status).toBe(status);
    expect(firstOf(axiomMonitorBody(word)).status).toBe(status);
  });

  test.each([
    ['2027-03-01 11:59:00 +0000 UTC', '2027-03-01T11:59:00.000Z'],
    ['2027-03-01 13:59:00.5 +0200 CEST', '2027-03-01T11:59:00.500Z'],
    ['2027-03-01 13:59:00 +0200', '2027-03-01T11:59:00.000Z'],
    ['2027-03-01T11:59:00Z', '2027-03-01T11:59:00.000Z'],
    ['yesterday', undefined],
  ])('time %s', (timestamp, expected) => expect(firstOf(axiomBody('Open', { timestamp })).occurredAt).toBe(expected));

  test('without a title the monitor is one', () => {
    expect(firstOf(axiomBody('Open', { title: null })).title).toBe('Axiom monitor CabI3w142069etTgd0');
    expect(firstOf(axiomMonitorBody('open', { monitor: { id: 'mon_7' } })).title).toBe('Axiom monitor mon_7');
  });

  test('a group without a name has that of its position; a prototype is none', () => {
    const groups = { groupKeys: ['service', null, '__proto__'], groupValues: ['checkout', { a: 1 }, 'x', 7] };
    expect(firstOf(axiomBody('Open', groups)).labels).toEqual({ service: 'checkout', group1: '{"a":1}', group3: '7' });
  });

  test('groups can be ignored in the key, in whatever group they are', () => {
    const keyOf = (region: string) =>
      firstOf(axiomBody('Open', { groupValues: ['cart', region] }), null, { ignoreLabels: ['region'] }).fingerprint;
    expect(keyOf('eu')).toBe(keyOf('us'));
  });
});
