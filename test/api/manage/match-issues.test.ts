import { describe, expect, test } from 'vitest';
import { ruleInput } from '../../../functions/api/manage/rules/rule-input.ts';
import { told } from './told.ts';

/** What is said of a condition, without the path to it. */
const toldOf = (match: unknown): string[] => {
  const config = { agentType: 'opencode', integrationId: 'int_1', endpoint: 'https://a', config: { match } };
  return told(ruleInput, { name: 'r', ruleType: 'agent', config }).map((issue) =>
    issue.replace(/^config\.config\./, ''),
  );
};
const yes = { field: 'title', equals: 'x' };
const nested = (depth: number): unknown => (depth === 0 ? yes : { not: nested(depth - 1) });
const time = (changes: object) => ({ time: { from: '09:00', to: '17:00', timeZone: 'Europe/Berlin', ...changes } });

describe('conditions of a rule', () => {
  const good: unknown[] = [
    yes,
    { all: [yes, { any: [yes, { not: yes }] }, { severity: { atLeast: 'high' } }, time({ days: ['mon'] })] },
    { field: 'labels.app.kubernetes.io/name', exists: true },
    { field: 'metadata.payload.0.code', oneOf: [503, true, 'x'] },
    { field: 'message', glob: '[prod] *', ignoreCase: true },
    time({ from: '22:00', to: '06:00' }),
    { time: { days: ['sat', 'sun'], timeZone: 'UTC' } },
    nested(7),
    { any: Array.from({ length: 99 }, () => yes) },
  ];
  test.each(good)('taken: %j', (match) => expect(toldOf(match)).toEqual([]));

  const bad: [what: string, match: unknown, issues: string[]][] = [
    ['nothing', {}, ['match: must have one of all, any, not, field, severity and time.']],
    ['null', null, ['match: must be an object.']],
    ['a list', [yes], ['match: must be an object.']],
    ['an unknown form', { must: [yes] }, ['match.must: is not a known field.']],
    ['a misspelt form', { alll: [yes] }, ['match.alll: is not a known field. (all)']],
    [
      'a misspelt operator',
      { all: [{ field: 'title', equal: 'x' }] },
      ['match.all.0.equal: is not a known field. (equals)'],
    ],
    [
      'a misspelt operator deep down',
      { all: [{ not: { any: [{ field: 'title', perfix: 'x' }] } }] },
      ['match.all.0.not.any.0.perfix: is not a known field. (prefix)'],
    ],
    [
      'a misspelt field',
      { field: 'enviroment', equals: 'x' },
      [expect.stringMatching(/^match\.field: must be title, .* or metadata\.<path>\. \(environment\)$/)],
    ],
    ['an unknown field', { field: 'labels.', equals: 'x' }, [expect.stringMatching(/^match\.field: must be title/)]],
    [
      'a field of the alert that nobody sends',
      { field: 'webhookId', exists: true },
      [expect.stringMatching(/^match\.field: must be title/)],
    ],
    [
      'an empty name in a path',
      { field: 'metadata.a..b', equals: 'x' },
      [expect.stringMatching(/^match\.field: must be title/)],
    ],
    ['no operator', { field: 'title' }, ['match: must have one of equals, oneOf, prefix, glob and exists.']],
    [
      'two operators',
      { field: 'title', equals: 'x', prefix: 'y' },
      ['match: must have one of equals, oneOf, prefix, glob and exists, not equals and prefix.'],
    ],
    ['an operator without a field', { equals: 'x' }, ['match: has equals without "field".']],
    [
      'an operator beside another form',
      { severity: { atLeast: 'high' }, equals: 'x' },
      ['match: has equals, which belongs to "field".'],
    ],
    [
      'two forms',
      { all: [yes], not: yes },
      ['match: has all and not side by side: put each into an object of its own in an "all" list.'],
    ],
    [
      'case of nothing',
      { field: 'title', exists: true, ignoreCase: true },
      ['match: has ignoreCase, which "exists" cannot use.'],
    ],
    [
      'empty lists',
      { any: [{ all: [] }, { any: [] }, { field: 'title', oneOf: [] }] },
      [
        'match.any.0.all: must have at least 1 entry.',
        'match.any.1.any: must have at least 1 entry.',
        'match.any.2.oneOf: must have at least 1 entry.',
      ],
    ],
    ['an empty text', { field: 'title', prefix: '' }, ['match.prefix: must not be empty.']],
    [
      'an object for a value',
      { field: 'title', equals: {} },
      ['match.equals: must be text of 1 to 255 characters, a number, true or false.'],
    ],
    ['a bad glob', { field: 'title', glob: 'x' }, ['match.glob: has no * or ?: write "equals" instead.']],
    [
      'an unknown severity',
      { severity: { atLeast: 'error' } },
      ['match.severity.atLeast: must be "critical" or "high" or "medium" or "low" or "info".'],
    ],
    [
      'a severity that never is',
      { field: 'severity', equals: 'hihg' },
      ['match.equals: must be critical, high, medium, low or info. (high)'],
    ],
    [
      'one of several that never is',
      { field: 'severity', oneOf: ['high', 'warning'] },
      ['match.oneOf.1: must be critical, high, medium, low or info.'],
    ],
    [
      'a misspelt comparison',
      { severity: { atleast: 'high' } },
      [
        expect.stringMatching(/^match\.severity\.atLeast: must be "critical"/),
        'match.severity.atleast: is not a known field. (atLeast)',
      ],
    ],
    ['no time zone', { time: { from: '09:00', to: '17:00' } }, ['match.time.timeZone: is required.']],
    [
      'a misspelt time zone',
      time({ timeZone: 'Europe/Berlim' }),
      ['match.time.timeZone: is no time zone: write a name such as "Europe/Berlin" or "UTC". (Europe/Berlin)'],
    ],
    ['a time that is none', time({ from: '9:00' }), ['match.time.from: must be a time of day such as "09:00".']],
    ['a time past the day', time({ to: '24:01' }), ['match.time.to: must be a time of day such as "09:00".']],
    [
      'a span of nothing',
      time({ to: '09:00' }),
      ['match.time.to: must differ from "from": leave both out for whole days.'],
    ],
    ['an end at the beginning', time({ to: '00:00' }), ['match.time.to: must be "24:00" for the end of the day.']],
    ['no hours and no days', { time: { timeZone: 'UTC' } }, ['match.time: must have from and to, days, or both.']],
    [
      'an unknown day',
      time({ days: ['monday'] }),
      [expect.stringMatching(/^match\.time\.days\.0: must be "mon" or "tue"/)],
    ],
    ['no days', time({ days: [] }), ['match.time.days: must have at least 1 entry.']],
    ['too deep', nested(8), ['match: must be nested at most 8 levels deep.']],
    [
      'too deep for a stack',
      JSON.parse(`${'{"not":'.repeat(25_000)}{}${'}'.repeat(25_000)}`),
      ['match: must be nested at most 8 levels deep.'],
    ],
    ['too many', { any: Array.from({ length: 100 }, () => yes) }, ['match: must have at most 100 conditions.']],
  ];
  test.each(bad)('%s', (_, match, issues) => expect(toldOf(match)).toEqual(issues));

  test('a misspelt name beside them is looked for below, and the search ends', () => {
    expect(told(ruleInput, { name: 'r', ruleType: 'agent', config: {}, oneof: 1 })).toContainEqual(
      expect.stringContaining('oneof: is not a known field. (config.config.match.oneOf)'),
    );
    expect(told(ruleInput, { name: 'r', ruleType: 'agent', config: {}, qqqqqq: 1 })).toContain(
      'qqqqqq: is not a known field.',
    );
  });
});
