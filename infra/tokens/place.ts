import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { TokenOptions } from './options.ts';

/** Output of the stack that names the secret. */
const OUTPUT = 'ApiTokenSecretArn';

const localOutputs = z.object({ [OUTPUT]: z.string(), AwsEndpointUrl: z.string() });

export interface TokenPlace {
  client: SecretsManagerClient;
  secret: string;
}

/** Where the secret is, and the client that reaches it. Throws where the stack, or its output, is not there. */
export async function findSecret(
  place: TokenOptions['place'],
  { cloudFormation = () => new CloudFormationClient() } = {},
): Promise<TokenPlace> {
  if ('data' in place) return findLocal(join(place.data, 'outputs.json'));
  const secret = 'secret' in place ? place.secret : await outputOf(cloudFormation(), place.stack);
  const region = /^arn:[\w-]+:secretsmanager:([\w-]+):/.exec(secret)?.[1];
  return { client: new SecretsManagerClient(region === undefined ? {} : { region }), secret };
}

async function outputOf(client: CloudFormationClient, stack: string): Promise<string> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
  const output = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === OUTPUT)?.OutputValue;
  if (output === undefined) throw new Error(`Stack ${stack} has no output ${OUTPUT}`);
  return output;
}

async function findLocal(file: string): Promise<TokenPlace> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} is not there. Is the local stack running (npm start), and with this --data?`);
  });
  const outputs = localOutputs.parse(JSON.parse(text));
  const client = new SecretsManagerClient({
    endpoint: outputs.AwsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { client, secret: outputs[OUTPUT] };
}
