import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  defaultPayload,
  fillPayload,
  MOST_BODY_BYTES,
  type PayloadParts,
  payloadProblem,
} from '../../../functions/domain/rule/webhook-payload.ts';
import { jsonBytes } from '../../../functions/domain/text/fit-json.ts';
import { anyCharacter } from '../../support/any-character.ts';

const parts: PayloadParts = {
  alert: { id: 'alr_1', title: 'Disk "full"', message: null, labels: { team: 'web' }, metadata: { a: [1] } },
  relay: { id: 'rly_1', name: 'Production' },
  rule: { id: 'rul_1', name: 'Tell the team', round: 2 },
  decision: { reason: 'webhook_called', sentence: 'It fits.' },
  outcome: { ruleName: 'Fix', outcome: 'blocked', cause: 'No tests.', costUsd: 0.25, sessionUrl: null },
};
const filled = (payload: Record<string, unknown>, of = parts): unknown => JSON.parse(fillPayload(payload, of));

describe('a payload is filled in', () => {
  const cases: [template: string, value: unknown][] = [
    ['{{alert.title}}', 'Disk "full"'],
    ['{{ alert.labels }}', { team: 'web' }],
    ['{{rule.round}}', 2],
    ['{{outcome.costUsd}}', 0.25],
    ['{{alert.message}}', null],
    ['{{relay}}', { id: 'rly_1', name: 'Production' }],
    ['Look at {{alert.title}}, {{alert.labels}}', 'Look at Disk "full", {"team":"web"}'],
    ['{{rule.round}} {{outcome.costUsd}} [{{alert.message}}]', '2 0.25 []'],
    ['{{alert.title}}{{alert.title}}', 'Disk "full"Disk "full"'],
    ['Nothing { to } put in', 'Nothing { to } put in'],
  ];
  test.each(cases)('%s', (template, value) => expect(filled({ it: template })).toEqual({ it: value }));

  test('at any depth, and what is no text is left alone', () => {
    expect(filled({ a: [{ b: '{{rule.name}}' }, 1, null, true] })).toEqual({
      a: [{ b: 'Tell the team' }, 1, null, true],
    });
  });

  test('where no session ran before, its outcome and all its fields are null', () => {
    const without = { ...parts, outcome: null };
    expect(filled({ a: '{{outcome}}', b: '{{outcome.cause}}', c: '({{outcome.cause}})' }, without)).toEqual({
      ...{ a: null, b: null, c: '()' },
    });
  });

  test('with everything there is, where the rule gives none', () => {
    expect(filled({ ...defaultPayload })).toEqual({ type: 'alert', ...parts });
  });
});

describe('a payload cannot be used', () => {
  const deep = (levels: number): Record<string, unknown> =>
    Array.from({ length: levels - 1 }).reduce<Record<string, unknown>>((inner) => ({ inner }), {});
  const cases: [name: string, payload: Record<string, unknown>, problem: object][] = [
    [
      'a slip',
      { a: { b: 'x {{alert.titel}}' } },
      { path: ['a', 'b'], message: expect.stringMatching(/mean \{\{alert.title/) },
    ],
    ['a field alone', { a: '{{sentence}}' }, { message: expect.stringMatching(/mean \{\{decision.sentence/) }],
    ['another word', { a: '{{nonsense}}' }, { message: expect.stringMatching(/there are \{\{alert\}\}, /) }],
    ['an inherited name', { a: '{{constructor}}' }, { path: ['a'] }],
    ['an open brace', { a: '{{alert.title' }, { path: ['a'], message: 'has a "{{" that no "}}" closes' }],
    ['a placeholder in a name', { '{{alert.id}}': 'a' }, { message: expect.stringMatching(/in its names/) }],
    ['21 levels', deep(21), { message: 'must have 20 levels at most' }],
    ['100,000 levels', deep(100_000), { message: 'must have 20 levels at most' }],
    ['32 KB and more', { a: 'x'.repeat(32_000) }, { message: 'must have 32000 bytes at most' }],
    ['101 placeholders', { a: '{{alert.id}}'.repeat(101) }, { message: 'must have 100 placeholders at most' }],
  ];
  test.each(cases)('%s', (_, payload, problem) => expect(payloadProblem(payload)).toMatchObject(problem));

  test.each([[deep(20)], [{ a: '{{alert.id}}'.repeat(100) }], [{ ...defaultPayload }], [{}]])(
    'but %.40j can',
    (payload) => expect(payloadProblem(payload)).toBeUndefined(),
  );
});

describe('whatever an alert says', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '","admin":true,"',
      '}}',
      '{{rule.name}}',
      '{{alert.title}}',
      '\\',
      '\u2028',
      '\ud800',
      '$&',
      '</script>',
    ),
    fc.string({ unit: anyCharacter }),
  );
  const text = fc.array(hostile).map((pieces) => pieces.join(''));

  test('it stays the text that it is, and changes nothing around it', () => {
    fc.assert(
      fc.property(text, (title) => {
        const payload = { text: 'Look at {{alert.title}}!', title: '{{alert.title}}', rule: '{{rule.name}}' };
        expect(filled(payload, { ...parts, alert: { title } })).toEqual({
          ...{ text: `Look at ${title}!`, title, rule: 'Tell the team' },
        });
      }),
    );
  });

  test('a body keeps to its size', () => {
    const large = { ...parts, alert: { title: '"'.repeat(60_000), labels: { a: '🚨'.repeat(30_000), b: '1' } } };
    const payloads = [
      { ...defaultPayload },
      { all: Array.from({ length: 100 }, () => '{{alert}}') },
      { text: '{{alert}}'.repeat(100), rest: 'x'.repeat(30_000) },
    ];
    for (const payload of payloads) {
      expect(payloadProblem(payload)).toBeUndefined();
      const body = fillPayload(payload, large);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MOST_BODY_BYTES);
      expect(Object.keys(JSON.parse(body))).toEqual(Object.keys(payload));
    }
    // A fifth of what the template leaves, for each of its five placeholders.
    expect(jsonBytes(filled({ ...defaultPayload }, large))).toBeGreaterThan(39_000);
  });
});
