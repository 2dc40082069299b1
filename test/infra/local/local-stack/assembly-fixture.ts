import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { remove } from './folders.ts';

/** Code of each asset; the asset `echo` is uploaded as `echo.zip`. */
type Code = Record<string, string>;

const echo = 'export const handler = async (event) => event;';

/** Writes a cloud assembly by hand, as a synth would, and returns its folder. It is gone after the test. */
export async function writeAssembly(template: object, code: Code = { echo }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-assembly-'));
  onTestFinished(() => remove(folder));
  const files: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(code)) {
    await mkdir(join(folder, `asset.${name}`));
    await writeFile(join(folder, `asset.${name}`, 'index.mjs'), text);
    files[name] = {
      source: { path: `asset.${name}`, packaging: 'zip' },
      destinations: { here: { objectKey: `${name}.zip` } },
    };
  }
  await writeFile(join(folder, 'Fixture.assets.json'), JSON.stringify({ files }));
  await writeFile(join(folder, 'Fixture.template.json'), JSON.stringify(template));
  const artifacts = {
    'Fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'Fixture.assets.json' } },
    Fixture: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Fixture.template.json' } },
    Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  return folder;
}

/** A role that functions and machines may take on, which may write logs and what else is said. */
export const roleResource = (...statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: ['lambda', 'states'].map((service) => ({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: `${service}.amazonaws.com` },
      })),
    },
    Policies: [
      {
        PolicyName: 'Fixture',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Action: 'logs:*', Resource: '*' }, ...statements].map((each) => ({ Effect: 'Allow', ...each })),
        },
      },
    ],
  },
});

/** Lets a service of AWS call a function on behalf of a resource. */
export const permissionResource = (fn: string, principal: string, sourceArn: unknown) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': [fn, 'Arn'] },
    Principal: principal,
    SourceArn: sourceArn,
  },
});

/** Resource of a function whose code is the asset of that name. */
export const functionResource = (asset: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: { 'Fn::Sub': `assets-\${AWS::Region}` }, S3Key: `${asset}.zip` },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    ...properties,
  },
});
