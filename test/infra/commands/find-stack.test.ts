import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { describe, expect, test } from 'vitest';
import { mockClient } from '../../support/mock-client.ts';
import { folderWith, run } from './run-command.ts';

const cloudFormation = mockClient(CloudFormationClient);

describe.each([
  { args: ['logs', 'job_1'] },
  { args: ['redeliver', 'deliveries'] },
  { args: ['restore', '--at', 'latest'] },
  { args: ['rotate', 'signing'] },
])('$args.0, where the stack cannot be reached', ({ args }) => {
  test('asks for the local stack to be started, where that is the one', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    cloudFormation.on(DescribeStacksCommand).rejects(refused);
    const stderr = 'The local stack does not answer. Is it running (npm start)?\n';
    expect(await run([...args, '--data', await folderWith({})], {})).toMatchObject({ code: 1, stderr });
  });

  test.each(['Region is missing', 'Stack with id OpencodeRelay does not exist'])(
    '%s: says how the local one is taken, which is by no option',
    async (message) => {
      cloudFormation.on(DescribeStacksCommand).rejects(Object.assign(new Error(message), { name: 'ValidationError' }));
      const { code, stderr } = await run(args);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(new RegExp(`^${message}\\. .*unset API_URL and API_TOKEN`)),
      ]);
      expect(stderr).not.toContain('--local');
    },
  );
});
