import { describe, expect, test } from 'vitest';
import { parseFaults, speaksOf } from '../../../../infra/local/faults/fault.ts';
import { UsageError } from '../../../../infra/usage-error.ts';

describe('faults of the command line', () => {
  test.each([
    ['dynamodb:throttling', [{ service: 'dynamodb', kind: 'throttling', rate: 1 }]],
    ['s3/PutObject:lost:0.5', [{ service: 's3', operation: 'PutObject', kind: 'lost', rate: 0.5 }]],
    [
      'lambda@poll-session:death:0.2,states:latency:1:2000',
      [
        { service: 'lambda', functionName: 'poll-session', kind: 'death', rate: 0.2 },
        { service: 'states', kind: 'latency', rate: 1, ms: 2_000 },
      ],
    ],
  ])('%s', (text, faults) => expect(parseFaults(text)).toEqual(faults));

  test.each([
    '',
    'dynamodb',
    'dynamodb:slow',
    'cognito:error',
    'dynamodb:error:2',
    's3:death',
    'sqs:error:0.1:x',
    'sqs:error,',
  ])('refuses "%s"', (text) => expect(() => parseFaults(text)).toThrow(UsageError));
});

test.each([
  [{ service: 'dynamodb' }, true],
  [{ service: 's3' }, false],
  [{ service: 'dynamodb', operation: 'GetItem' }, true],
  [{ service: 'dynamodb', operation: 'PutItem' }, false],
  [{ service: 'dynamodb', functionName: 'poll-session' }, true],
  [{ service: 'dynamodb', functionName: 'send-prompt' }, false],
] as const)('%j speaks of a GetItem of Poll session: %s', (fault, speaks) => {
  const call = { service: 'dynamodb', operation: 'GetItem', functionName: 'Stack-PollSessionFunction12' } as const;
  expect(speaksOf({ kind: 'error', rate: 1, ...fault }, call)).toBe(speaks);
});
