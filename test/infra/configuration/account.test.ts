import { describe, expect, test, vi } from 'vitest';
import { permissionsByRole } from '../../support/permissions.ts';
import { referenceText } from '../../support/references.ts';
import { resourcesIn, synthesizedTemplate, withApp } from '../../support/stack.ts';

const account = '111122223333';
const relay = `rly_${'0'.repeat(32)}`;
const arn = (service: string, rest: string, region = 'eu-central-1') =>
  `arn:aws:${service}:${region}:${account}:${rest}`;
const kmsKeyArn = arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab');

describe('a customer-managed key', () => {
  const template = synthesizedTemplate({ kmsKeyArn, frontHeader: 'x-front', cloudWatchAlarmsRelay: relay });
  const { ofType, only } = resourcesIn(template);

  test('is that of the table, results, queues, secrets and logs, and of the secrets that are made at run time', () => {
    expect(only('AWS::DynamoDB::Table').Properties.SSESpecification).toEqual({
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: kmsKeyArn,
    });
    const encryption = {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKeyArn },
        },
      ],
    };
    expect(ofType('AWS::S3::Bucket').map(([, { Properties }]) => Properties.BucketEncryption)).toEqual([
      encryption,
      encryption,
    ]);
    const keys = (type: string, key: string) => new Set(ofType(type).map(([, { Properties }]) => Properties[key]));
    expect(keys('AWS::SQS::Queue', 'KmsMasterKeyId')).toEqual(new Set([kmsKeyArn]));
    expect(keys('AWS::SecretsManager::Secret', 'KmsKeyId')).toEqual(new Set([kmsKeyArn]));
    expect(keys('AWS::Logs::LogGroup', 'KmsKeyId')).toEqual(new Set([kmsKeyArn]));
    const told = ofType('AWS::Lambda::Function').flatMap(([id, { Properties }]) =>
      JSON.stringify(Properties.Environment).includes(`"SECRET_KEY_ARN":"${kmsKeyArn}"`)
        ? [referenceText({ Ref: id })]
        : [],
    );
    expect(told).toEqual(['<ManageFunction>']);
  });

  test('may be used by every function, for what it reads and writes', () => {
    const roles = [...permissionsByRole(template)].filter(
      ([role]) => !/(Sessions|Runs|Storms|^Heartbeat)Role$/.test(role),
    );
    expect(roles.length).toBe(ofType('AWS::Lambda::Function').length);
    for (const [role, permissions] of roles) {
      const actions = permissions.flatMap(({ action, resource }) => (resource === kmsKeyArn ? [action] : []));
      expect([role, new Set(actions)]).toEqual([role, new Set(['kms:Decrypt', 'kms:GenerateDataKey'])]);
    }
  });

  test('is none unless it is configured', () =>
    expect(JSON.stringify(synthesizedTemplate())).not.toMatch(/kms:|KmsKeyId|KmsMasterKeyId|KMSMasterKey/));
});

describe('a domain of its own', () => {
  const context = { domainName: 'relay.example.com', domainCertificateArn: arn('acm', 'certificate/1') };
  const template = synthesizedTemplate(context);
  const { only } = resourcesIn(template);

  test('stands before the one stage, is what the outputs name, and says where DNS has to lead', () => {
    expect(only('AWS::ApiGatewayV2::DomainName').Properties).toMatchObject({
      DomainName: context.domainName,
      DomainNameConfigurations: [
        { CertificateArn: context.domainCertificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    const mapping = only('AWS::ApiGatewayV2::ApiMapping').Properties;
    expect([referenceText(mapping.ApiId), referenceText(mapping.DomainName)]).toEqual(['<ApiHttp>', '<ApiDomain>']);
    const outputs = Object.entries(template.Outputs).map(([name, { Value }]) => [name, referenceText(Value)]);
    expect(Object.fromEntries(outputs)).toMatchObject({
      ApiUrl: 'https://relay.example.com/v0',
      HooksUrl: 'https://relay.example.com/hooks',
      DomainTarget: '<ApiDomain.RegionalDomainName>',
    });
  });
});

describe('a topic for alarms', () => {
  const topic = arn('sns', 'on-call');

  test('is no door too', () => {
    const context = { alarmTopicArn: topic, snsTopics: { [topic]: relay } };
    expect(() => withApp(context, (app) => app)).toThrow(/alarmTopicArn: must not be one of snsTopics/);
  });
});

describe('the account and region of a deployment', () => {
  const inAccount = (id: string, region: string) => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', id);
    vi.stubEnv('CDK_DEFAULT_REGION', region);
  };
  const infos = (context: Record<string, unknown>) =>
    withApp(context, (app) => app.synth().stacks[0]?.messages.map(({ entry }) => String(entry.data)) ?? []);

  test.each([
    ['snsTopics', { snsTopics: { [arn('sns', 'alarms')]: relay } }],
    ['kmsKeyArn', { kmsKeyArn }],
    ['alarmTopicArn', { alarmTopicArn: arn('sns', 'on-call') }],
  ])('%s of another region is refused with the reason, and without credentials nobody knows', (_key, context) => {
    inAccount(account, 'eu-west-1');
    expect(() => withApp(context, (app) => app)).toThrow(/is in eu-central-1; the stack goes to eu-west-1/);
    inAccount(account, 'eu-central-1');
    expect(() => withApp(context, (app) => app)).not.toThrow();
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', undefined);
    vi.stubEnv('CDK_DEFAULT_REGION', 'us-east-1');
    expect(() => withApp(context, (app) => app)).not.toThrow();
  });

  test('a topic of another account is subscribed to, and the policy that it needs is said', () => {
    const theirs = arn('sns', 'alarms');
    const ours = theirs.replace(account, '999988887777');
    inAccount('999988887777', 'eu-central-1');
    const [info, ...others] = infos({ snsTopics: { [theirs]: relay, [ours]: relay } });
    expect(others).toEqual([]);
    const [, statement = ''] = /has to hold: (.+)$/.exec(info ?? '') ?? [];
    expect(JSON.parse(statement)).toEqual({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::999988887777:root' },
      Action: ['sns:Subscribe', 'sns:GetTopicAttributes'],
      Resource: theirs,
    });
  });
});
