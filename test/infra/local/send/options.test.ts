import { describe, expect, test } from 'vitest';
import { parseSendOptions, sendUsage } from '../../../../infra/local/send/options.ts';
import { providers } from '../../../../infra/local/send/payloads.ts';
import { UsageError } from '../../../../infra/usage-error.ts';

const now = new Date('2027-03-01T12:00:00.000Z');
const parse = (line: string, environment = {}) => parseSendOptions(line.split(' ').filter(Boolean), environment, now);

describe('the command line of send', () => {
  test('needs a provider and nothing else', () => {
    expect(parse('--provider grafana')).toEqual({
      help: false,
      provider: 'grafana',
      status: 'firing',
      key: now.getTime().toString(36),
      storm: 1,
      url: undefined,
      dataDirectory: '.local',
      signer: undefined,
      dryRun: false,
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
  ])('%s is refused', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  test('help names every provider', () => {
    expect(parse('--help').help).toBe(true);
    for (const name of Object.keys(providers)) expect(sendUsage).toContain(`\n  ${name} `);
  });
});
