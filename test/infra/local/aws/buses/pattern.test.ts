import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../../../infra/local/aws/buses/pattern.ts';

const event = {
  source: 'aws.states',
  detail: { status: 'ABORTED', count: 0, cause: null, tags: ['a', 'b'], by: { id: 1 } },
};

describe('an event pattern', () => {
  test.each<[pattern: object, matches: boolean]>([
    [{ source: ['aws.states'] }, true],
    [{ source: ['aws.lambda', 'aws.states'] }, true],
    [{ source: ['aws.lambda'] }, false],
    [{ source: ['aws.states'], detail: { status: ['FAILED'] } }, false],
    [{ detail: { status: ['ABORTED', 'FAILED'], by: { id: [1] } } }, true],
    [{ detail: { by: { id: ['1'] } } }, false],
    [{ detail: { count: [0], cause: [null] } }, true],
    [{ detail: { missing: [null] } }, false],
    [{ detail: { tags: ['b'] } }, true],
    [{ detail: { tags: ['c'] } }, false],
    [{ detail: { status: [{ prefix: 'AB' }] } }, true],
    [{ detail: { count: [{ prefix: '0' }] } }, false],
    [{ detail: { status: [{ exists: true }] } }, true],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ missing: { field: [{ exists: false }] } }, true],
    [{ detail: { status: [{ exists: false }] } }, false],
    [{ detail: { status: [{ 'anything-but': ['FAILED', 'TIMED_OUT'] }] } }, true],
    [{ detail: { status: [{ 'anything-but': 'ABORTED' }] } }, false],
    [{ detail: { missing: [{ 'anything-but': 'ABORTED' }] } }, false],
    [{ source: { nested: ['aws.states'] } }, false],
  ])('%j matches: %s', (pattern, matches) => {
    expect(compilePattern(pattern)(event)).toBe(matches);
  });

  test('matches a list of objects by any of them', () => {
    const matches = compilePattern({ resources: { type: ['b'] } });
    expect(matches({ resources: [{ type: 'a' }, { type: 'b' }] })).toBe(true);
    expect(matches({ resources: [{ type: 'a' }] })).toBe(false);
  });

  test.each<[pattern: unknown]>([
    [{}],
    ['aws.states'],
    [{ source: 'aws.states' }],
    [{ source: [] }],
    [{ source: [{ suffix: 's' }] }],
    [{ source: [{ prefix: 'a', exists: true }] }],
    [{ source: [{ prefix: { 'equals-ignore-case': 'a' } }] }],
    [{ source: [{ 'anything-but': { prefix: 'a' } }] }],
    [{ source: [['aws.states']] }],
    [{ $or: [{ source: ['a'] }] }],
  ])('%j is refused', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow('Event pattern is not valid');
  });
});
