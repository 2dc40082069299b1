import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { runOn } from '../run-command.ts';
import { diagnose, healthy, mockAws, waiting } from './prepare.ts';

const aws = mockAws();
beforeEach(() => healthy(aws));

describe('doctor', () => {
  test('finds a stack well: every line is ok, in a fixed order, and the status is 0', async () => {
    const { findings, code, asked } = await diagnose();
    expect(findings.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'clock ok',
      'starts ok',
      'servers ok',
      'routing ok',
      'outcomes ok',
      'stack ok',
      'concurrency ok',
      'functions ok',
      'secrets ok',
      'queues ok',
      'dead letters ok',
      'topics ok',
      'configuration ok',
    ]);
    expect(code).toBe(0);
    expect(findings.every(({ mend }) => mend === null)).toBe(true);
    expect(JSON.stringify(findings)).toContain('https://opencode.internal.corp:4096 is OpenCode 1.18.33');
    // It asks, and changes nothing.
    expect(asked.filter(([route]) => !route.startsWith('GET') && !route.endsWith('/lint'))).toEqual([]);
  });

  test('without --json each line is a sign, and its mend stands below it', async () => {
    aws.queues.on(GetQueueAttributesCommand, { QueueUrl: 'physical-DeliveriesDeadLetters1' }).resolves(waiting(3));
    const { stdout, code } = await runOn({}, ['doctor']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^MEND {4}dead letters: 3 in DeliveriesDeadLetters1\n {8}→ read one \(aws sqs /m);
    expect(stdout).toMatch(/^UNKNOWN starts: could not be looked at: The API at /m);
    expect(stdout).toMatch(/^ok {6}queues: nothing waits$/m);
  });

  test('what may not be looked at is unknown, says what to allow, and keeps no other line away', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    aws.lambda.on(GetAccountSettingsCommand).rejects(denied);
    const { of, findings, code } = await diagnose();
    expect(of('concurrency')).toEqual([
      {
        check: 'concurrency',
        state: 'unknown',
        found: 'could not be looked at: AccessDeniedException, not authorized',
        mend: 'allow lambda:GetAccountSettings to whoever runs this',
      },
    ]);
    expect(findings.filter(({ state }) => state === 'ok')).toHaveLength(12);
    expect(code).toBe(1);
  });

  test('a stack that cannot be seen is one line', async () => {
    aws.cloudFormation.on(DescribeStacksCommand).rejects(new Error('Region is missing'));
    const { findings } = await diagnose();
    expect(findings.map(({ check, state }) => `${check} ${state}`).slice(4)).toEqual(['outcomes ok', 'stack unknown']);
    expect(findings.at(-1)?.found).toContain('AWS_REGION');
  });

  test('takes the stack by its name, and the local one where the environment names none', async () => {
    await runOn({}, ['doctor', '--stack', 'Other']);
    const [call] = aws.cloudFormation.commandCalls(DescribeStacksCommand);
    expect(call?.args[0].input).toEqual({ StackName: 'Other' });
    expect(await runOn({}, ['doctor', '--data', '/nowhere'], {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('start the local stack'),
    });
  });
});
