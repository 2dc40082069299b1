import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { sampleRelayName } from '../../../infra/local/sample.ts';
import { folderWith, runOn } from './run-command.ts';

const webhook = { id: 'wh_1', webhookKey: 'key-1', enabled: true };
const relays = [
  { id: 'rly_1', name: 'Mine' },
  { id: 'rly_2', name: sampleRelayName },
];
const stack = {
  API_URL: 'http://127.0.0.1:4000/v0',
  API_TOKEN: 'local-token',
  HOOKS_URL: 'http://127.0.0.1:4000/hooks',
  OPENCODE_SERVER_PASSWORD: 'server-password',
};
const aws = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:4001',
  AWS_REGION: 'eu-central-1',
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
};

describe('env', () => {
  test('prints the stack, the hook of its sample, and the AWS endpoint, as JSON', async () => {
    const data = await folderWith({});
    const answers = { 'GET /relay': [{ relays }], 'GET /relay/rly_2/webhooks': [{ webhooks: [webhook] }] };
    const { stdout, code } = await runOn(answers, ['env', '--json', '--data', data], { API_URL: 'https://elsewhere' });
    expect(code).toBe(0);
    const hook = { RELAY_ID: 'rly_2', WEBHOOK_ID: 'wh_1', WEBHOOK_KEY: 'key-1' };
    expect(JSON.parse(stdout)).toEqual({ ...stack, ...hook, ...aws });
  });

  test('prints lines that a shell takes letter for letter', async () => {
    const token = `it's $HOME "and" \`more\``;
    const data = await folderWith({ ApiToken: token });
    const answers = { 'GET /relay': [{ relays }], 'GET /relay/rly_2/webhooks': [{ webhooks: [webhook] }] };
    const { stdout } = await runOn(answers, ['env', '--data', data]);
    const script = 'eval "$LINES_OF_ENV"; printf "%s %s" "$API_TOKEN" "$WEBHOOK_KEY"';
    const env = { LINES_OF_ENV: stdout };
    expect(execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' })).toBe(`${token} key-1`);
  });

  test('takes the first webhook that is on where there is no sample', async () => {
    const data = await folderWith({});
    const others = [relays[0], { id: 'rly_3', name: 'Other' }];
    const answers = {
      'GET /relay': [{ relays: others }],
      'GET /relay/rly_1/webhooks': [{ webhooks: [{ ...webhook, enabled: false }] }],
      'GET /relay/rly_3/webhooks': [{ webhooks: [webhook] }],
    };
    const { stdout } = await runOn(answers, ['env', '--json', '--data', data]);
    expect(JSON.parse(stdout)).toMatchObject({ RELAY_ID: 'rly_3', WEBHOOK_KEY: 'key-1' });
  });

  test('says what is missing before there is any relay, in a line that a shell skips', async () => {
    const data = await folderWith({});
    const none = () => ({ 'GET /relay': [{ relays: [] }] });
    const { stdout, code } = await runOn(none(), ['env', '--data', data]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\n# .*WEBHOOK_KEY are missing: .*\n$/)]);
    const { stdout: json } = await runOn(none(), ['env', '--json', '--data', data]);
    expect(JSON.parse(json)).toEqual({ ...stack, ...aws });
  });

  test('says to start the local stack where it does not run, or never has', async () => {
    const never = await runOn({}, ['env', '--data', '/nowhere']);
    expect(never).toMatchObject({ code: 2, stderr: expect.stringContaining('npm start') });
    const ended = await runOn({}, ['env', '--data', await folderWith({})]);
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/does not answer .*Is the local stack running/),
    });
  });
});
