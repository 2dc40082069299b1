import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { configurationKeys } from '../../../infra/configuration/schema.ts';
import { authoritiesIn, localContext } from '../../../infra/local/configuration.ts';

const own = ['127.0.0.1'];
const stacks = {
  Prod: {
    logRetentionDays: 30,
    privateHosts: 'a.internal,b',
    subnetIds: ['subnet-1'],
    kmsKeyArn: 'arn',
    caBundle: 'ca.pem',
  },
  Staging: { logRetentionDays: 3, privateHosts: ['c'] },
};
const only = { stacks: { Prod: stacks.Prod } };

describe('the configuration of the local stack', () => {
  test('is that of the only stack, without what an account has around it, and reaches the server of this machine', () => {
    expect(localContext({ '@aws-cdk/x': true, ...only }, own, {})).toEqual({
      '@aws-cdk/x': true,
      logRetentionDays: 30,
      caBundle: 'ca.pem',
      privateHosts: ['a.internal', 'b', '127.0.0.1'],
    });
  });

  test('is that of the stack that is named, under the name of the local stack; of several without a name, none', () => {
    expect(localContext({ stacks }, own, { stackName: 'Staging' })).toEqual({
      logRetentionDays: 3,
      privateHosts: ['c', '127.0.0.1'],
    });
    expect(localContext({ stacks }, own, {})).toEqual({ privateHosts: own });
  });

  test('gives way to the command line, which may name all of it', () => {
    const overrides = { logRetentionDays: '7', egressProxy: 'http://127.0.0.1:3128', privateHosts: 'd' };
    expect(localContext(only, own, overrides)).toMatchObject({ ...overrides, privateHosts: ['d', '127.0.0.1'] });
  });

  test('is none of any stack where nothing is said', () => {
    expect(localContext({ stacks, other: 1 }, own, undefined)).toEqual({ other: 1, privateHosts: own });
  });

  test('leaves out keys that there are', () => {
    const all = Object.fromEntries(configurationKeys.map((key) => [key, 'x']));
    const left = Object.keys(localContext({ stacks: { Prod: all } }, own, {}));
    expect(configurationKeys.filter((key) => !left.includes(key)).sort()).toEqual([
      'alarmEmail',
      'alarmTopicArn',
      'clientCertificateSecret',
      'domainCertificateArn',
      'domainName',
      'egressProxy',
      'kmsKeyArn',
      'permissionsBoundaryArn',
      'securityGroupIds',
      'subnetIds',
      'tableName',
      'tags',
    ]);
  });

  test('is another one with another bundle of authorities in the same file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'opencode-relay-authorities-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'ca.pem'), 'one');
    expect(authoritiesIn(folder, { caBundle: 'ca.pem' })).toBe('one');
    expect(authoritiesIn(folder, {})).toBe('');
    expect(authoritiesIn(folder, { caBundle: 'missing.pem' })).toBe('');
  });
});
