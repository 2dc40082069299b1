import { describe, expect, test } from 'vitest';
import { occurrenceSchema, severities } from '../../../functions/contract/alert.ts';
import { type Draft, occurrenceOf } from '../../../functions/domain/intake/occurrence.ts';
import { severityOf } from '../../../functions/domain/intake/severity.ts';

const occurrence = (changes: Partial<Draft> = {}) =>
  occurrenceOf({
    status: 'firing',
    title: 'Disk full',
    source: 'cron',
    fingerprint: 'v1:generic:disk',
    links: {},
    labels: {},
    metadata: {},
    otherFields: {},
    ...changes,
  });

describe('severity', () => {
  test.each([
    ['critical', ['critical', 'crit', 'fatal', 'page', 'emergency', 'P1']],
    ['high', ['high', 'error', 'err', 'major', 'P2']],
    ['medium', ['medium', 'warning', ' WARNING ', 'warn', 'minor', 'P3']],
    ['low', ['low', 'notice', 'P4']],
    ['info', ['info', 'informational', 'debug', 'none', 'P5']],
  ] as const)('%s is what %j mean', (severity, words) => {
    expect(words.map(severityOf)).toEqual(words.map(() => severity));
  });

  test('each of our own words means itself', () => expect(severities.map(severityOf)).toEqual([...severities]));

  test('none given is medium', () => expect(occurrence()).toMatchObject({ severity: 'medium', metadata: {} }));

  test.each(['sev-7', 'constructor', '__proto__'])('%s is medium, and the word is kept', (severity) => {
    expect(occurrence({ severity })).toMatchObject({ severity: 'medium', metadata: { intake: { severity } } });
  });
});

describe('links', () => {
  test.each(['https://example.com/a?b=c', 'HTTP://example.com'])('%s is one', (address) => {
    expect(occurrence({ links: { runbook: address } })).toMatchObject({ links: { runbook: address }, metadata: {} });
  });

  test.each(['javascript:alert(1)', 'see the wiki', 'https://a b', `https://example.com/${'x'.repeat(2_000)}`])(
    '%.30s is none, and is kept',
    (address) => {
      expect(occurrence({ links: { runbook: address } })).toMatchObject({
        links: {},
        metadata: { intake: { links: { runbook: address } } },
      });
    },
  );

  test('ten are enough; the others are kept beside', () => {
    const links = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`l${index}`, 'https://example.com']));
    const { links: kept, metadata } = occurrence({ links });
    expect(Object.keys(kept)).toHaveLength(10);
    expect(metadata).toEqual({ intake: { links: { l10: 'https://example.com', l11: 'https://example.com' } } });
  });
});

describe('what does not fit', () => {
  test('a message says how much is missing', () => {
    const { message } = occurrence({ message: 'x'.repeat(16_050) });
    expect(message).toBe(`${'x'.repeat(16_000)}… [50 characters left out]`);
  });

  test('names are cut to one line of 255 characters', () => {
    const { service, environment, externalId } = occurrence({
      service: `a\n${'b'.repeat(300)}`,
      environment: ' \t ',
      externalId: 'x'.repeat(255),
    });
    expect(service).toBe(`a ${'b'.repeat(252)}…`);
    expect(environment).toBeUndefined();
    expect(externalId).toHaveLength(255);
  });

  test('10,000 labels: the first are kept, the others counted', () => {
    const labels = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`label${index}`, 'value']));
    const { labels: kept, metadata } = occurrence({ labels });
    const count = Object.keys(kept).length;
    expect(count).toBeGreaterThan(500);
    expect(kept).toHaveProperty('label0', 'value');
    expect(metadata).toEqual({ intake: { leftOut: { labels: 10_000 - count } } });
  });

  test('a long text within metadata is cut, its neighbours are kept', () => {
    const { metadata } = occurrence({ metadata: { trace: { text: 'x'.repeat(5_000), lines: 7 } } });
    expect(metadata).toEqual({
      trace: { text: `${'x'.repeat(4_000)}… [1000 characters left out]`, lines: 7 },
    });
  });

  test('metadata beyond the budget is left out entry by entry at every depth, and counted', () => {
    const rows = Array.from({ length: 50 }, () => 'x'.repeat(3_998));
    const { metadata } = occurrence({ metadata: { rows, last: 1 } });
    // 64,000 characters hold 15 texts of 4,000 beside the names.
    expect(metadata).toEqual({ rows: rows.slice(0, 15), last: 1, intake: { leftOut: { metadata: 35 } } });
  });

  test('the notes are kept before the metadata', () => {
    const rows = Array.from({ length: 50 }, () => 'x'.repeat(3_998));
    const { metadata } = occurrence({ metadata: { rows }, severity: 'sev-7', otherFields: { rows } });
    expect(metadata).toMatchObject({ intake: { severity: 'sev-7', otherFields: { rows: { length: 15 } } } });
  });

  test('the worst alert fits into one DynamoDB item and stays in the normal form', () => {
    const wide = '\u0800';
    const many = (text: string) => Object.fromEntries(Array.from({ length: 999 }, (_, n) => [`${wide}${n}`, text]));
    const worst = occurrence({
      title: wide.repeat(1_000),
      message: wide.repeat(100_000),
      labels: { ...many(wide.repeat(3_000)), control: '\u0001'.repeat(4_000) },
      links: many(`https://example.com/${wide.repeat(1_980)}`),
      metadata: many(wide.repeat(3_000)),
      otherFields: many('\u0001'.repeat(3_000)),
    });
    expect(Buffer.byteLength(JSON.stringify(worst))).toBeLessThan(400_000);
    expect(occurrenceSchema.safeParse(worst).error).toBeUndefined();
  });
});

describe('exactly at a cap, and one above', () => {
  test.each(['x', 'ü', '\u0800'])('message, text, name and address of "%s"', (letter) => {
    const at = (length: number) => letter.repeat(length);
    expect(occurrence({ message: at(16_000) }).message).toBe(at(16_000));
    expect(occurrence({ message: at(16_001) }).message).toBe(`${at(16_000)}… [1 characters left out]`);
    expect(occurrence({ labels: { a: at(4_000) } }).labels).toEqual({ a: at(4_000) });
    expect(occurrence({ labels: { a: at(4_001) } }).labels).toEqual({ a: `${at(4_000)}… [1 characters left out]` });
    expect(occurrence({ labels: { [at(255)]: 'a' } }).labels).toEqual({ [at(255)]: 'a' });
    expect(occurrence({ labels: { [at(256)]: 'a' } }).labels).toEqual({ [`${at(254)}…`]: 'a' });
    expect(occurrence({ service: at(256), title: at(256) })).toMatchObject({
      service: `${at(254)}…`,
      title: `${at(254)}…`,
    });
    const link = (length: number) => `https://a/${at(length - 10)}`;
    expect(occurrence({ links: { a: link(2_000), b: link(2_001) } }).links).toEqual({ a: link(2_000) });
    expect(occurrence({ links: { [at(255)]: link(20), [at(256)]: link(20) } }).links).toEqual({ [at(255)]: link(20) });
  });

  test('what is cut within a character pair ends before it', () => {
    expect(occurrence({ message: `${'x'.repeat(15_999)}💥` }).message).toBe(
      `${'x'.repeat(15_999)}… [2 characters left out]`,
    );
    expect(occurrence({ message: `${'x'.repeat(15_998)}💥` }).message).toBe(`${'x'.repeat(15_998)}💥`);
  });

  test('labels: 16,000 characters of JSON text, names, quotes, colons and commas counted', () => {
    // A name of one letter takes 5 characters, a text of 3,998 takes 4,000: four of them are 16,020, three and a rest
    // fit.
    const full = (rest: number) => ({
      ...Object.fromEntries(['a', 'b', 'c'].map((name) => [name, 'é'.repeat(3_998)])),
      d: 'é'.repeat(rest),
    });
    const kept = occurrence({ labels: full(3_978) });
    expect([Object.keys(kept.labels), kept.metadata]).toEqual([['a', 'b', 'c', 'd'], {}]);
    const cut = occurrence({ labels: full(3_979) });
    expect([Object.keys(cut.labels), cut.metadata]).toEqual([['a', 'b', 'c'], { intake: { leftOut: { labels: 1 } } }]);
  });

  test('metadata: numbers, truth values, lists and objects are counted as their JSON', () => {
    // 15 texts of 4,000, their list 2 and `"rows":,` 8: 3,990 of the 64,000 are left, and `"z":,` takes 5.
    const rows = Array.from({ length: 15 }, () => 'x'.repeat(3_998));
    const last = (length: number) => occurrence({ metadata: { rows, z: 'x'.repeat(length) } }).metadata;
    expect(last(3_983)).toHaveProperty('z');
    expect(last(3_984)).toMatchObject({ intake: { leftOut: { metadata: 1 } } });
    const nested = (length: number) =>
      occurrence({ metadata: { rows, y: 'x'.repeat(length), z: [null, 7, true, {}] } }).metadata;
    // `"y":,` 5, `"z":,` 5, the list 2, null 4, 7 1, true 4, the object 2: 23 beside the text, and its quotes 2.
    expect(nested(3_965).z).toEqual([null, 7, true, {}]);
    expect(nested(3_966).z).toEqual([null, 7, true]);
    expect(nested(3_968).z).toEqual([null, 7, {}]);
  });
});

describe('what stands in metadata.intake', () => {
  test('only what there is to say', () => {
    expect(occurrence({ dropped: [], otherFields: {}, links: { a: '' } }).metadata).toEqual({});
    expect(occurrence({ dropped: ['user'] }).metadata).toEqual({ intake: { dropped: ['user'] } });
    expect(occurrence({ otherFields: { a: null } }).metadata).toEqual({ intake: { otherFields: { a: null } } });
  });

  test('a field of the sender that is called so stands among its other fields', () => {
    const otherFields = { 'metadata.intake': 'theirs' };
    expect(occurrence({ metadata: { intake: 'theirs' }, dropped: ['user'] }).metadata).toEqual({
      intake: { dropped: ['user'], otherFields },
    });
    expect(occurrence({ metadata: { intake: 'theirs' } }).metadata).toEqual({ intake: { otherFields } });
  });
});

test('times become UTC, and blank names are absent', () => {
  const read = occurrence({
    startsAt: '2027-03-01T13:00:00+01:00',
    occurredAt: '2027-03-01T13:30:00+01:00',
    service: ' ',
  });
  expect(read).toMatchObject({ startsAt: '2027-03-01T12:00:00.000Z', occurredAt: '2027-03-01T12:30:00.000Z' });
  expect(read.service).toBeUndefined();
  expect(occurrence({ title: '\u0000 \n' }).title).toBe('Untitled alert');
});
