import { describe, expect, test } from 'vitest';
import { relay } from '../../../../infra/commands/relay.ts';
import { deliveryOf, sendOptions } from '../../../../infra/commands/send/options.ts';
import { providers } from '../../../../infra/commands/send/payloads.ts';
import { schemes } from '../../../../infra/commands/send/sign.ts';
import { sampleRelayName } from '../../../../infra/local/sample.ts';
import { parseOptions } from '../../../../infra/parse-options.ts';
import { UsageError } from '../../../../infra/usage-error.ts';
import { folderWith, now, run, runOn } from '../run-command.ts';

const parse = (line: string, environment = {}) =>
  deliveryOf(parseOptions(line.split(' ').filter(Boolean), sendOptions).values, { environment, now });

describe('the command line of send', () => {
  test('needs a provider and nothing else', () => {
    expect(parse('--provider grafana')).toEqual({
      provider: 'grafana',
      status: 'firing',
      key: now.getTime().toString(36),
      storm: 1,
      url: undefined,
      signer: undefined,
    });
  });

  test('signs in the own scheme of the provider, or another, with the secret of option or environment', () => {
    expect(parse('--provider sentry --secret s').signer).toMatchObject({ scheme: 'sentry', secret: 's' });
    expect(parse('--provider sentry', { WEBHOOK_SECRET: 'e' }).signer).toMatchObject({ secret: 'e' });
    const basic = parse('--provider datadog --secret s --scheme basic --username u --header h').signer;
    expect(basic).toMatchObject({ scheme: 'basic', username: 'u', header: 'h' });
  });

  test.each([
    ['', /--provider must be one of prometheus, grafana/],
    ['--provider nagios', /--provider must be one of/],
    ['--provider toString', /--provider must be one of/],
    ['--provider axiom --status acknowledged', /--status must be one of firing, resolved for axiom/],
    ['--provider axiom --status open', /--status must be/],
    ['--provider axiom --storm 0', /--storm must be/],
    ['--provider axiom --storm many', /--storm must be/],
    ['--provider axiom --key A', /--key must be/],
    ['--provider axiom --url hook', /--url must be/],
    ['--provider axiom --url ftp://x', /--url must be/],
    ['--provider axiom --scheme rsa --secret s', /--scheme must be one of sentry/],
    ['--provider axiom --scheme basic', /--scheme needs --secret/],
    ['--provider axiom --loud', /loud/],
    ['--provider axiom --status resolvd', /Did you mean resolved\?/],
  ])('%s is refused', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  test('help names every provider and scheme', async () => {
    const { stdout } = await run(['send', '--help']);
    for (const name of Object.keys(providers)) expect(stdout).toContain(`\n  ${name} `);
    for (const name of schemes) expect(stdout).toContain(name);
  });
});

describe('send', () => {
  const hook = (path: string) => ({ [`POST /hooks/${path}`]: [new Response('{"accepted":1}', { status: 202 })] });

  test('prints the request instead of sending it', async () => {
    const { stdout, code, asked } = await run(['send', '--provider', 'sentry', '--secret', 's', '--dry-run']);
    expect([code, asked]).toEqual([0, []]);
    expect(stdout).toMatch(/^POST <hook>\ncontent-type: application\/json\n(.+\n)*sentry-hook-signature: \w+\n/);
  });

  test('sends to the hook of the environment, and says how the same incident is sent again', async () => {
    const given = { HOOKS_URL: 'http://127.0.0.1:4000/hooks', WEBHOOK_KEY: 'mine' };
    const { stdout, code } = await runOn(hook('mine'), ['send', '--provider', 'grafana'], given);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^grafana, firing: 1 × 202 in \d+ ms\n\{"accepted":1\}\n\nThe same incident again: --key \w+\n$/,
    );
  });

  test('sends to the hook of the local sample without one', async () => {
    const data = await folderWith({});
    const answers = {
      'GET /relay': [{ relays: [{ id: 'rly_2', name: sampleRelayName }] }],
      'GET /relay/rly_2/webhooks': [{ webhooks: [{ id: 'wh_1', webhookKey: 'sample', enabled: true }] }],
      ...hook('sample'),
    };
    expect(await runOn(answers, ['send', '--provider', 'grafana', '--data', data])).toMatchObject({ code: 0 });
    const none = await runOn({ 'GET /relay': [{ relays: [] }] }, ['send', '--provider', 'grafana', '--data', data]);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('--no-sample') });
  });

  test('ends with 1 where the hook takes it not, or is not there, and keeps the key to itself', async () => {
    const line = ['send', '--provider', 'grafana', '--url', 'http://127.0.0.1:4000/hooks/the-key'];
    const refused = { 'POST /hooks/the-key': [new Response('no', { status: 401 })] };
    expect(await runOn(refused, line)).toMatchObject({ code: 1, stdout: expect.stringContaining('1 × 401') });
    const nobody = ['send', '--provider', 'grafana', '--url', 'http://127.0.0.1:1/hooks/the-key'];
    const { code, stderr } = await relay(nobody, { environment: {}, now, fetch, wait: async () => {} });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^The hook at http:\/\/127.0.0.1:1 does not answer \(.+\)\.\n$/),
    ]);
    expect(stderr).not.toContain('the-key');
  });
});
