import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { functionNames } from '../../../infra/bundle.ts';
import { type FunctionSpec, functionSpecs } from '../../../infra/functions.ts';
import { createAuthority } from '../../support/certificates.ts';
import { permissionsByRole } from '../../support/permissions.ts';
import { referenceText } from '../../support/references.ts';
import { projectRoot } from '../../support/source-files.ts';
import { resourcesIn, synthesizedTemplate, withApp } from '../../support/stack.ts';
import { templateSchema } from '../../support/template.ts';

const bundle = `.test-ca-${process.pid}.pem`;
const write = (text: string) => writeFileSync(join(projectRoot, bundle), text);
let authority: Awaited<ReturnType<typeof createAuthority>>;
beforeAll(async () => {
  authority = await createAuthority();
  write(`# Corporate root\n${authority.certificate}\n${authority.certificate}`);
});
afterAll(() => rmSync(join(projectRoot, bundle)));

const [subnet, group] = ['subnet-0123456789abcdef0', 'sg-0123456789abcdef0'];
const secret = 'relay/opencode-client';
const context = {
  subnetIds: `${subnet},${subnet.replace(/0$/, '1')}`,
  securityGroupIds: [group],
  caBundle: bundle,
  clientCertificateSecret: secret,
  egressProxy: 'http://proxy.corp:3128',
};
const callers = functionNames.filter((name) => {
  const spec: FunctionSpec = functionSpecs[name];
  return spec.callsOut;
});
const idOf = (name: string) =>
  `${name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Function`;

/** Every function by its id without the hash, with what it is made with, and the files of its asset. */
function functionsWith(configuration: Record<string, unknown>) {
  return withApp(configuration, (app) => {
    const { directory, stacks } = app.synth();
    const { ofType } = resourcesIn(templateSchema.parse(stacks[0]?.template));
    const all = ofType('AWS::Lambda::Function').map(([id, { Properties }]) => {
      const { S3Key } = z.object({ S3Key: z.string() }).parse(Properties.Code);
      const file = join(directory, `asset.${S3Key.replace(/\.zip$/, '')}`, 'ca-bundle.pem');
      const read = () => {
        try {
          return readFileSync(file, 'utf8');
        } catch {
          return undefined;
        }
      };
      return [referenceText({ Ref: id }).replace(/^<|>$/g, ''), { Properties, authorities: read() }] as const;
    });
    return new Map(all);
  });
}

describe('the network of the functions that call addresses of rules', () => {
  test('is theirs alone: subnets and groups, authorities beside the code, client certificate, proxy', () => {
    expect(callers).toHaveLength(11);
    const functions = functionsWith(context);
    const VpcConfig = { SubnetIds: context.subnetIds.split(','), SecurityGroupIds: [group] };
    for (const name of callers) {
      const { Properties, authorities } = functions.get(idOf(name)) ?? { Properties: {} };
      expect(Properties).toMatchObject({
        VpcConfig,
        Environment: {
          Variables: {
            NODE_EXTRA_CA_CERTS: '/var/task/ca-bundle.pem',
            CLIENT_CERTIFICATE_SECRET: secret,
            EGRESS_PROXY: 'http://proxy.corp:3128',
          },
        },
      });
      expect(authorities).toContain(authority.certificate);
      functions.delete(idOf(name));
    }
    for (const { Properties, authorities } of functions.values()) {
      expect(JSON.stringify(Properties)).not.toMatch(/VpcConfig|NODE_EXTRA_CA_CERTS|CLIENT_CERTIFICATE|EGRESS_PROXY/);
      expect(authorities).toBeUndefined();
    }
  });

  test('Lambda may make their interfaces, and their code may not; they may read the one secret', () => {
    const { ofType } = resourcesIn(synthesizedTemplate({ ...context, caBundle: '' }));
    const statements = z.array(z.looseObject({ Effect: z.string(), Action: z.unknown(), Resource: z.unknown() }));
    const document = z.object({ PolicyDocument: z.object({ Statement: statements }) });
    for (const [id, { Properties }] of ofType('AWS::IAM::Policy')) {
      const { Statement } = document.parse(Properties).PolicyDocument;
      const network = Statement.filter(({ Action }) => JSON.stringify(Action).includes('ec2:'));
      const reads = Statement.filter(({ Resource }) => JSON.stringify(Resource).includes(`secret:${secret}-??????`));
      const isCaller = callers.some((name) => id.startsWith(idOf(name).replace(/Function$/, 'Role')));
      expect([id, network.map(({ Effect }) => Effect), reads.length]).toEqual(
        isCaller ? [id, ['Allow', 'Deny'], 1] : [id, [], 0],
      );
      if (!isCaller) continue;
      expect(network[1]).toEqual({
        ...network[0],
        Effect: 'Deny',
        Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      });
    }
  });

  test('leads to the services that the manual names for a VPC without a NAT, and to no other', () => {
    const roles = permissionsByRole(synthesizedTemplate());
    const actions = callers.flatMap((name) => roles.get(idOf(name).replace(/Function$/, 'Role')) ?? []);
    const services = new Set(actions.map(({ action }) => action.split(':')[0] ?? ''));
    // Lambda itself delivers logs and traces.
    for (const own of ['logs', 'xray']) services.delete(own);
    expect([...services].sort()).toEqual(['dynamodb', 'events', 's3', 'secretsmanager', 'sqs']);
  });

  test('is that of Lambda, without any of it, unless it is configured', () => {
    const template = JSON.stringify(synthesizedTemplate());
    expect(template).not.toMatch(/VpcConfig|NODE_EXTRA_CA_CERTS|ec2:/);
    expect(template).toContain('"EGRESS_PROXY":"","CLIENT_CERTIFICATE_SECRET":""');
  });
});

describe('a bundle of authorities', () => {
  test.each([
    ['that is not there', undefined, /missing\.pem cannot be read: the path begins at the folder of cdk.json/],
    ['without a certificate', () => 'nothing', /holds no certificate in PEM/],
    ['with a private key', () => `${authority.certificate}\n${authority.key}`, /holds a private key/],
    ['with a broken certificate', () => authority.certificate.replace(/^MII/m, 'AAA'), /certificate 1 of 1 cannot be/],
  ])('%s is refused', (_what, text, message) => {
    const intact = readFileSync(join(projectRoot, bundle), 'utf8');
    if (text) write(text());
    try {
      const caBundle = text ? bundle : 'missing.pem';
      expect(() => withApp({ caBundle }, (app) => app)).toThrow(message);
    } finally {
      write(intact);
    }
  });
});
