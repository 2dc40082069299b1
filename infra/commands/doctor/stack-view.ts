import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { World } from '../command.ts';
import { Failure } from '../failure.ts';
import { localCredentials, readLocalOutputs, regionOf } from '../local-outputs.ts';
import { withAwsAdvice } from '../token/aws-advice.ts';
import type { StackView } from './aws-checks.ts';

/** Of the local stack; absent: what the environment says. */
interface LocalAws {
  endpoint: string;
  secretArn: string;
}

/** Where a stack is: on this machine, or what a profile says. */
export type AwsPlace = LocalAws | { profile: string };

/**
 * What CloudFormation tells of a stack; without a place, the one that the environment names. Throws Failure, with the
 * mend, where AWS or the stack cannot be reached.
 */
export async function viewStack(name: string, wait: StackView['wait'], place?: AwsPlace): Promise<StackView> {
  const options = clientOptions(place);
  const clients = {
    cloudFormation: new CloudFormationClient(options),
    lambda: new LambdaClient(options),
    secrets: new SecretsManagerClient(options),
    queues: new SQSClient(options),
  };
  const reached = place && 'endpoint' in place ? place : { stack: name };
  const described = await withAwsAdvice(reached, () => describeStack(clients.cloudFormation, name), 'environment');
  return { ...described, resources: await resourcesOf(clients.cloudFormation, name), ...clients, wait };
}

type Described = Pick<StackView, 'name' | 'status' | 'outputs'>;

export async function describeStack(client: CloudFormationClient, name: string): Promise<Described> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
  const [stack] = Stacks;
  if (!stack) throw new Failure(`There is no stack ${name}`);
  const { Outputs = [], StackStatus: status = '' } = stack;
  return {
    ...{ name, status },
    outputs: new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  };
}

/** Throws Failure where the stack does not have it. */
export function outputOf({ name, outputs }: Pick<Described, 'name' | 'outputs'>, output: string): string {
  const value = outputs.get(output);
  if (value === undefined) throw new Failure(`Stack ${name} has no output ${output}: deploy this version`);
  return value;
}

/** What a client of AWS is made with. */
export function clientOptions(place: AwsPlace | undefined) {
  if (place === undefined || 'profile' in place) return { ...place };
  const region = regionOf(place.secretArn);
  return { endpoint: place.endpoint, credentials: localCredentials, ...(region && { region }) };
}

/** A page has 100; the largest stack is far below the limit of CloudFormation, 500. */
const MOST_PAGES = 10;

async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  let from: { NextToken?: string } = {};
  for (let page = 0; page < MOST_PAGES; page++) {
    const { StackResourceSummaries = [], NextToken } = await client.send(
      new ListStackResourcesCommand({ StackName, ...from }),
    );
    found.push(...StackResourceSummaries);
    if (NextToken === undefined) break;
    from = { NextToken };
  }
  return found;
}

/** Undefined where the environment names a stack, local or not, as `npm run env` prints it. */
export async function placeOf(
  { environment }: Pick<World, 'environment'>,
  data: string,
): Promise<LocalAws | undefined> {
  return environment.API_URL === undefined ? localAws(data) : undefined;
}

/** Of the local stack whose data lies in the folder. Throws UsageError where there is none. */
export async function localAws(folder: string): Promise<LocalAws> {
  const { AwsEndpointUrl: endpoint, ApiTokenSecretArn: secretArn } = await readLocalOutputs(folder);
  return { endpoint, secretArn };
}
