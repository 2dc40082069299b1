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
    ['critical', ['critical', 'fatal', 'page', 'emergency', 'P1']],
    ['high', ['high', 'error', 'major', 'P2']],
    ['medium', ['medium', 'warning', ' WARNING ', 'minor', 'P3']],
    ['low', ['low', 'notice', 'P4']],
    ['info', ['info', 'none', 'debug', 'P5']],
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
