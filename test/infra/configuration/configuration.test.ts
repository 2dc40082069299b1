import { Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../../infra/configuration/read.ts';
import { synthesizedTemplate, withApp } from '../../support/stack.ts';

const configOf = (context: Record<string, unknown>) => readConfiguration({ getAllContext: () => context });

describe('configuration', () => {
  test('has a default for everything', () => {
    expect(configOf({})).toEqual({
      stackName: 'OpencodeRelay',
      privateHosts: [],
      floodUsdPerDay: 10,
      heartbeat: 'on',
      dashboard: 'on',
      metricDimensions: ['rule', 'integration'],
      privateServers: 'allowed',
      privateWebhooks: 'refused',
      logRetentionDays: 90,
      resultRetentionDays: 90,
      alertRetentionDays: 400,
      auditRetentionDays: 400,
      auditLock: 'off',
      throttleRatePerSecond: 1_000,
      throttleBurst: 2_000,
      snsTopics: {},
      tokenRatePerSecond: 50,
      hookRatePerSecond: 100,
      tags: {},
      deletionProtection: 'on',
      deliveryConsumers: 10,
      webhookConsumers: 10,
      subnetIds: [],
      securityGroupIds: [],
    });
  });

  test.each([
    ['a list', ['a.internal', 'b.internal'], ['a.internal', 'b.internal']],
    ['text from the command line', 'a.internal, b.internal', ['a.internal', 'b.internal']],
    ['an empty text', '', []],
  ])('private hosts may be %s', (_name, privateHosts, expected) => {
    expect(configOf({ privateHosts }).privateHosts).toEqual(expected);
  });

  const topic = 'arn:aws:sns:eu-central-1:111122223333:alarms';
  const relay = `rly_${'0'.repeat(32)}`;

  test.each([
    ['an object', { [topic]: relay }, { [topic]: relay }],
    ['text from the command line', ` ${topic}=${relay},${topic}-2=${relay}`, { [topic]: relay, [`${topic}-2`]: relay }],
    ['an empty text', '', {}],
  ])('topics may be %s', (_name, snsTopics, expected) => expect(configOf({ snsTopics }).snsTopics).toEqual(expected));

  test.each([
    ['logRetentionDays', 3_653],
    ['resultRetentionDays', 3_650],
    ['auditRetentionDays', 3_650],
    ['throttleRatePerSecond', 10_000],
    ['throttleBurst', 5_000],
    ['tokenRatePerSecond', 1_000],
    ['stackName', 'x'.repeat(100)],
    ['snsTopics', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${topic}-${index}`, relay]))],
    ['tags', { 'cost centre': 'R&D: 4711', team: '' }],
  ])('%s may be as much as %s', (key, value) => expect(configOf({ [key]: value })).toHaveProperty(key, value));

  test('numbers may be text, as the command line gives them', () => {
    expect(configOf({ logRetentionDays: '30' }).logRetentionDays).toBe(30);
  });

  test.each([
    ['logRetentionDays', 31, /one of 1, 3, 5, 7, 14, 30/],
    // CDK's word for logs that never end.
    ['logRetentionDays', 9_999, /one of 1, 3, 5, 7, 14, 30/],
    ['logRetentionDays', 'long', /logRetentionDays/],
    ['resultRetentionDays', 0, />=1/],
    ['resultRetentionDays', 3_651, /<=3650/],
    ['alertRetentionDays', 29, />=30/],
    ['auditRetentionDays', 89, />=90/],
    ['auditLock', 'on', /must be off, governance or compliance/],
    ['throttleRatePerSecond', 10_001, /<=10000/],
    ['throttleRatePerSecond', 1.5, /int/],
    ['throttleBurst', -1, />=1/],
    ['throttleBurst', 5_001, /<=5000/],
    ['tokenRatePerSecond', 0, />=1/],
    ['tokenRatePerSecond', 1_001, /<=1000/],
    ['maxSessionsPerDay', 0, />=1/],
    ['maxSessionsPerDay', 2_001, /<=2000/],
    ['maxCostUsdPerDay', 'much', /maxCostUsdPerDay/],
    ['hookRatePerSecond', 0, />=1/],
    ['hookConcurrency', 0, />=1/],
    ['sessionConcurrency', 1_001, /<=1000/],
    ['frontHeader', 'x front', /name of a header/],
    ['frontHeader', 'Authorization', /that of the tokens/],
    ['privateHosts', 7, /comma-separated/],
    ['privateServers', 'yes', /must be allowed or refused/],
    ['privateWebhooks', true, /must be allowed or refused/],
    ['cloudWatchAlarmsRelay', 'rly_1', /id of a relay/],
    ['snsTopics', topic, /expected string/],
    ['snsTopics', { alarms: relay }, /name each topic by its ARN/],
    ['snsTopics', { [topic]: 'rly_1' }, /id of a relay/],
    ['snsTopics', 7, /topic ARNs with a relay id each/],
    ['snsTopics', { [topic]: relay, [topic.replace('eu-central-1', 'eu-west-1')]: relay }, /one region.*second stack/],
    [
      'snsTopics',
      Object.fromEntries(Array.from({ length: 301 }, (_, i) => [`${topic}-${i}`, relay])),
      /300 topics at most/,
    ],
    ['subnetIds', 'subnet-1', /ids of subnets, subnet-…/],
    ['subnetIds', 7, /subnet ids, comma-separated/],
    ['subnetIds', 'subnet-0123456789abcdef0', /securityGroupIds: must be given together with subnetIds/],
    ['securityGroupIds', 'sg-0123456789abcdef0', /securityGroupIds: must be given together/],
    ['caBundle', '../ca.pem', /PEM file below the folder of cdk.json/],
    ['caBundle', '/etc/ssl/ca.pem', /PEM file below the folder/],
    ['clientCertificateSecret', 'a b', /name of a secret/],
    ['egressProxy', 'proxy.corp:3128', /must be http:\/\/host:port/],
    ['egressProxy', 'http://proxy.corp:3128/path', /must be http:\/\/host:port/],
    ['egressProxy', 'http://name:word@proxy.corp:3128', /looks like a secret/],
    ['kmsKeyArn', 'arn:aws:kms:eu-central-1:111122223333:alias/relay', /KMS key \(not of an alias\)/],
    ['domainName', 'Relay.example.com', /host name in lower case/],
    ['domainName', 'relay.example.com', /domainCertificateArn: must be given together/],
    ['domainCertificateArn', 'arn:aws:iam::111122223333:server-certificate/x', /certificate in ACM/],
    ['alarmTopicArn', 'alarms', /ARN of an SNS topic/],
    ['alarmEmail', 'on-call', /one address/],
    ['floodUsdPerDay', 0, />=0.1/],
    ['heartbeat', 'hourly', /must be on or off/],
    ['dashboard', 'yes', /must be on or off/],
    ['metricDimensions', 'relay,alert', /some of relay, rule, integration/],
    ['tags', 'team', /expected string/],
    ['tags', { 'aws:team': 'x' }, /begins with aws:/],
    ['permissionsBoundaryArn', 'Boundary', /ARN of a managed policy/],
    ['tableName', 'a b', /name of a DynamoDB table/],
    ['deletionProtection', false, /must be on or off/],
    ['deliveryConsumers', 1, />=2/],
    ['webhookConsumers', 1_001, /<=1000/],
    ['stackName', 'two words', /letters, digits and hyphens/],
    ['stackName', 'x'.repeat(101), /at most 100/],
  ])('a wrong %s (%s) is named', (key, value, message) => {
    const read = () => configOf({ [key]: value });
    expect(read).toThrow(key);
    expect(read).toThrow(message);
  });

  test('reaches the stack', () => {
    const context = { stackName: 'Second', logRetentionDays: 7, resultRetentionDays: 10, privateHosts: 'a.internal,b' };
    const ranges = { privateServers: 'refused', privateWebhooks: 'allowed' };
    const template = JSON.stringify(synthesizedTemplate({ ...context, ...ranges, throttleBurst: 9 }));
    expect(template).toContain('"PRIVATE_SERVERS":"refused"');
    expect(template).toContain('"PRIVATE_WEBHOOKS":"allowed"');
    expect(template).toContain('"RetentionInDays":7');
    expect(template).toContain('"ExpirationInDays":10');
    expect(template).toContain('"PRIVATE_HOSTS":"a.internal,b"');
    expect(template).toContain('"SECRET_PREFIX":"Second"');
    expect(template).toContain('secret:Second/integrations/*');
    expect(template).toContain('"ThrottlingBurstLimit":9');
  });

  test('reserves no concurrency and asks for no header unless it is told to', () => {
    const template = JSON.stringify(synthesizedTemplate());
    expect(template).not.toContain('ReservedConcurrentExecutions');
    expect(template).toContain('"FRONT_HEADER":"","FRONT_SECRET_ARN":""');
    const context = { hookConcurrency: '20', sessionConcurrency: 5, frontHeader: 'X-Front', hookRatePerSecond: 7 };
    const told = JSON.stringify(synthesizedTemplate(context));
    expect(told.split('"ReservedConcurrentExecutions":20')).toHaveLength(2);
    expect(told.split('"ReservedConcurrentExecutions":5')).toHaveLength(8);
    // The functions behind the API, and the heartbeat before it.
    expect(told.split('"FRONT_HEADER":"x-front","FRONT_SECRET_ARN":{"Ref":')).toHaveLength(4);
    expect(told).toContain('"HOOK_RATE_PER_SECOND":"7"');
    expect(told).toContain('FrontSecretArn');
  });

  test('the budget of the stack reaches what starts sessions, and there is none by default', () => {
    expect(JSON.stringify(synthesizedTemplate({ maxSessionsPerDay: '40', maxCostUsdPerDay: '12.5' }))).toContain(
      JSON.stringify({ STACK_BUDGET: '{"maxSessionsPerDay":40,"maxCostUsdPerDay":12.5}' }).slice(1, -1),
    );
    expect(JSON.stringify(synthesizedTemplate())).toContain('"STACK_BUDGET":"{}"');
  });

  test('names the stack, so that two can stand side by side', () => {
    const names = withApp({ stackName: 'Second' }, ({ node }) => node.children.filter(Stack.isStack));
    expect(names.map(({ stackName }) => stackName)).toEqual(['Second']);
  });
});
