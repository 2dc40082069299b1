import { describe, expect, test } from 'vitest';
import { firstOf } from '../../support/reading.ts';
import { sentryEventAlert, sentryIssue } from './payloads/sentry.ts';

describe('tags of a Sentry event', () => {
  const labelsOf = (tags: unknown[]) => firstOf(sentryEventAlert({ tags, environment: null })).labels;

  test.each([
    ...['user', 'ip', 'ip_address', 'client_ip', 'email', 'username'],
    ...['user.id', 'user.email', 'email.work', 'ip.v6', 'EMAIL', 'Username'],
  ])('%s tells of a person, and is not kept', (tag) => {
    expect(labelsOf([[tag, 'x'], { key: tag, value: 'x' }])).toEqual({});
  });

  test.each(['userland', 'username_hint', 'ipv6', 'mail', 'my.email', 'user-agent'])('%s is kept', (tag) => {
    expect(labelsOf([[tag, 'x']])).toEqual({ [tag]: 'x' });
  });

  test('tags come as pairs or as objects; what is neither is none', () => {
    const tags = [
      ['a', 'b'],
      { key: 'c', value: 7 },
      ['d'],
      [null, 'e'],
      { key: 'f' },
      'g',
      ['__proto__', 'h'],
      ['', 'i'],
    ];
    expect(labelsOf(tags)).toEqual({ a: 'b', c: '7' });
  });

  test('the environment is that of the tags, where the event has none', () => {
    const environment = (changes: object) =>
      firstOf(sentryEventAlert({ tags: [['environment', 'staging']], ...changes })).environment;
    expect(environment({ environment: '' })).toBe('staging');
    expect(environment({})).toBe('production');
  });
});

describe('the stack of a Sentry event', () => {
  const messageOf = (...values: object[]) => firstOf(sentryEventAlert({ exception: { values } })).message;
  const framesOf = (frames: unknown[]) => messageOf({ type: 'E', stacktrace: { frames } });

  test.each([
    ['a name and a place', { function: 'f', filename: 'a.ts', lineno: 1, colno: 2 }, '\n  at f (a.ts:1:2)'],
    ['an absolute path', { function: 'f', abs_path: '/a.ts', lineno: 1 }, '\n  at f (/a.ts:1)'],
    ['both paths', { function: 'f', filename: 'a.ts', abs_path: '/srv/a.ts' }, '\n  at f (a.ts)'],
    ['no name', { filename: 'a.ts' }, '\n  at ? (a.ts)'],
    ['only a name', { function: 'f' }, '\n  at f ()'],
    ['nothing', {}, ''],
  ])('a frame with %s', (_, frame, line) => expect(framesOf([frame])).toBe(`E${line}`));

  test.each([
    ['a type alone', { type: 'E' }, 'E'],
    ['a value alone', { value: 'v' }, 'v'],
    ['both', { type: 'E', value: 'v' }, 'E: v'],
  ])('an exception with %s', (_, exception, head) => expect(messageOf(exception)).toBe(head));

  test('30 frames are kept, those nearest to the error', () => {
    const frames = Array.from({ length: 31 }, (_, index) => ({ function: `f${index}` }));
    const lines = framesOf(frames)?.split('\n') ?? [];
    expect([lines.length, lines[1], lines.at(-1)]).toEqual([31, '  at f30 ()', '  at f1 ()']);
  });

  test('5 exceptions are kept, the last ones', () => {
    const values = Array.from({ length: 6 }, (_, index) => ({ type: `E${index}` }));
    expect(messageOf(...values)).toBe('E5\nE4\nE3\nE2\nE1');
  });
});

describe('what Sentry knows of persons and requests', () => {
  test.each(['request', 'user', 'contexts', 'breadcrumbs', 'extra', '_meta'])('%s is named, and not kept', (field) => {
    const { metadata } = firstOf(sentryEventAlert({ [field]: { secret: 'hunter2' } }));
    expect(metadata).toMatchObject({ intake: { dropped: expect.arrayContaining([field]) } });
    expect(JSON.stringify(metadata)).not.toContain('hunter2');
  });

  test.each([
    ['assignedTo', { assignedTo: { name: 'Jane' }, statusDetails: null }, ['assignedTo']],
    ['statusDetails', { assignedTo: null, statusDetails: {} }, ['statusDetails']],
    ['nothing', { assignedTo: null, statusDetails: undefined }, undefined],
  ])('of an issue: %s', (_, changes, dropped) => {
    const { intake } = firstOf(sentryIssue('created', changes)).metadata;
    expect(intake).toEqual(dropped && { dropped });
  });
});
