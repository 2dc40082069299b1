import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../../infra/configuration/read.ts';
import { looksSecret } from '../../../infra/configuration/secret-like.ts';

const read = (context: Record<string, unknown>) => readConfiguration({ getAllContext: () => context });
const one = { stacks: { Prod: { logRetentionDays: 30, tokenRatePerSecond: 7 } } };
const two = { stacks: { Prod: { logRetentionDays: 30 }, Staging: { logRetentionDays: 3 } } };

describe('the configuration that is kept with the checkout', () => {
  test('is the object of the stack, and the only one needs no name', () => {
    expect(read(one)).toMatchObject({ stackName: 'Prod', logRetentionDays: 30, throttleBurst: 2_000 });
    expect(read({ ...two, stackName: 'Staging' })).toMatchObject({ stackName: 'Staging', logRetentionDays: 3 });
  });

  test('gives way to the command line, key by key; an empty value is the default', () => {
    expect(read({ ...one, logRetentionDays: '7' })).toMatchObject({ logRetentionDays: 7, tokenRatePerSecond: 7 });
    expect(read({ ...one, tokenRatePerSecond: '' })).toMatchObject({ logRetentionDays: 30, tokenRatePerSecond: 50 });
  });

  test.each([
    [
      'no stack of that name',
      { ...one, stackName: 'Prodd' },
      /stackName: cdk.json configures Prod.*Did you mean Prod\?/,
    ],
    ['none of several', two, /stackName: .*Prod, Staging.*-c stackName=NAME/],
    ['no object', { stacks: ['Prod'] }, /stacks: must have an object for each stack/],
    ['no object of a stack', { stacks: { Prod: 7 } }, /stacks: must have an object for each stack/],
    ['a slip in cdk.json', { stacks: { Prod: { logRetention: 7 } } }, /stacks\.Prod\.logRetention: is no key/],
    ['a slip with a mend', { stacks: { Prod: { privateHost: 'a' } } }, /privateHost: .*Did you mean privateHosts\?/],
    ['a slip on the command line', { frontHeadr: 'x' }, /^ {2}frontHeadr: .*Did you mean frontHeader\?/m],
    [
      'a wrong value of a pair',
      { snsTopics: 'arn:aws:sns:eu-central-1:111122223333:a=rly_1' },
      /snsTopics\.arn.*rly_…/,
    ],
  ])('%s is refused', (_what, context, message) => expect(() => read(context)).toThrow(message));

  test('every problem is told at once, by where it stands', () => {
    const context = { stacks: { Prod: { logRetentionDays: 31, throttleBurst: 0 } }, privateServers: 'yes' };
    expect(() => read(context)).toThrow(
      / {2}privateServers: must[\s\S]*stacks\.Prod\.throttleBurst: [\s\S]*Prod\.logRetentionDays: must/,
    );
  });

  test('keys of CDK and of other tools are none of its own', () => {
    expect(() => read({ '@aws-cdk/core:x': true, 'aws:cdk:y': 1, 'acknowledged-issue-numbers': [1] })).not.toThrow();
  });
});

describe('no secret stands in it', () => {
  const token = `tk${'aB3x'.repeat(10)}`;

  test.each([
    ['tags', { token }],
    ['tags', `key=${token}`],
    ['privateHosts', ['user:password@host', 'https://user:password@host']],
    ['frontHeader', token],
  ])('in %s (%o) it is refused, and not repeated', (key, value) => {
    const attempt = () => read({ stacks: { Prod: { [key]: value } } });
    expect(attempt).toThrow(new RegExp(`stacks\\.Prod\\.${key}: looks like a secret.*Secrets Manager`));
    expect(attempt).not.toThrow(token);
  });

  test.each([
    '-----BEGIN EC PRIVATE KEY-----\nMHc=',
    'AKIAIOSFODNN7EXAMPLE',
    'http://proxy:secret@proxy.corp:3128',
    `ghp_${'a'.repeat(36)}`,
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x',
    'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ])('%s looks like one', (text) => expect(looksSecret(text)).toBe(true));

  test.each([
    `rly_${'0123456789abcdef'.repeat(2)}`,
    `arn:aws:sns:eu-central-1:111122223333:alarms=rly_${'0a1b2c3d4e5f6789'.repeat(2)}`,
    'arn:aws:iam::111122223333:policy/DeveloperPermissionsBoundaryPolicy2024',
    'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'subnet-0123456789abcdef0',
    'opencode.internal.corp:4096,build-7.internal.corp',
    'certificates/corporate-root-and-intermediate-authorities.pem',
    'http://proxy.corp:3128',
  ])('%s does not', (text) => expect(looksSecret(text)).toBe(false));
});
