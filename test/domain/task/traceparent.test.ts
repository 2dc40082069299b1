import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { traceparentSchema } from '../../../functions/contract/traceparent.ts';
import { continued, readTraceparent, traceIdOf, withSpan } from '../../../functions/domain/task/traceparent.ts';
import { runs } from '../../support/property-runs.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';
const own = 'b7ad6b7169203331';

describe('a header', () => {
  test.each([
    ['sampled', `00-${traceId}-${span}-01`, `00-${traceId}-${own}-01`],
    ['not sampled', `00-${traceId}-${span}-00`, `00-${traceId}-${own}-00`],
    ['with flags that nobody knows', `00-${traceId}-${span}-ff`, `00-${traceId}-${own}-01`],
    ['of a later version', `01-${traceId}-${span}-01`, `00-${traceId}-${own}-01`],
    ['of a later version, with more behind', `cc-${traceId}-${span}-01-more`, `00-${traceId}-${own}-01`],
  ])('%s is gone on with', (_, header, expected) => {
    expect(continued(header, own)).toBe(expected);
    expect(traceparentSchema.parse(expected)).toBe(expected);
  });

  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['of two', `00-${traceId}-${span}-01,00-${traceId}-${span}-01`],
    ['with blanks around', ` 00-${traceId}-${span}-01`],
    ['in capitals', `00-${traceId.toUpperCase()}-${span}-01`],
    ['of no trace', `00-${'0'.repeat(32)}-${span}-01`],
    ['of no span', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['of the version that never is', `ff-${traceId}-${span}-01`],
    ['of version 00 with more behind', `00-${traceId}-${span}-01-more`],
    ['of a later version, run together', `01-${traceId}-${span}-01more`],
    ['too short', `00-${traceId}-${span}-1`],
    ['without end', `01-${traceId}-${span}-01-${'x'.repeat(10_000)}`],
  ])('%s is none', (_, header) => {
    expect(continued(header, own)).toBeUndefined();
  });

  test('of any text comes to a trace of ours or to none', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}-?$/));
    fc.assert(
      fc.property(texts, (text) => {
        const trace = continued(text, own);
        if (trace !== undefined) expect(traceparentSchema.parse(trace)).toContain(`-${own}-0`);
      }),
      { numRuns: runs() },
    );
  });
});

test('a span is told apart from its trace', () => {
  const trace = `00-${traceId}-${span}-01`;
  expect(withSpan(trace, own)).toBe(`00-${traceId}-${own}-01`);
  expect(traceIdOf(trace)).toBe(traceId);
});

test.each([undefined, 7, {}, `00-${traceId}-${span}-ff`])('%s that was stored is no trace', (value) => {
  expect(readTraceparent(value)).toBeUndefined();
});
