import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { invitation } from '../../../infra/local/invitation.ts';

const outputs = {
  ApiUrl: 'http://127.0.0.1:4000/v0',
  HooksUrl: 'http://127.0.0.1:4000/hooks',
  ApiToken: 'api-token',
  AwsEndpointUrl: 'http://127.0.0.1:4001',
  OpenCodeUrl: 'http://127.0.0.1:4096',
  OpenCodeUsername: 'opencode',
  OpenCodePassword: 'opencode-password',
  ConsoleUrl: 'http://127.0.0.1:4000/console',
  StateMachineArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:Sessions',
};
const hookUrl = 'http://127.0.0.1:4000/hooks/key-1';

/** The commands, as a shell gives them to a program that takes note of its arguments. */
function pasted(program: string): string[] {
  const commands = invitation(outputs, hookUrl)
    .split('\n\n')
    .filter((block) => block.startsWith('  '))
    .join('\n');
  const others = ['curl', 'aws'].filter((name) => name !== program).map((name) => `${name}() { :; };`);
  const script = `${program}() { printf '%s\\n' "$AWS_ACCESS_KEY_ID" "$@"; }; ${others.join(' ')}\n${commands}`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
}

test('the curl line posts an alert to the hook, key included, as it stands', () => {
  const [, ...words] = pasted('curl');
  expect(words.slice(0, 3)).toEqual(['-X', 'POST', hookUrl]);
  expect(JSON.parse(words.at(-1) ?? '')).toMatchObject({
    title: 'Checkout totals are wrong',
    severity: 'critical',
    // Of its own each time: the same again would be a repeat.
    dedup_key: expect.stringMatching(/^\d{10}$/),
  });
});

test('the aws line names the endpoint as an option: version 2.9 does not heed the variable', () => {
  const [key, ...words] = pasted('aws');
  expect(key).toBe('local');
  expect(words.slice(0, 4)).toEqual(['--endpoint-url', outputs.AwsEndpointUrl, '--region', 'eu-central-1']);
  expect(words.at(-1)).toBe(outputs.StateMachineArn);
});
