import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Failure } from '../failure.ts';
import { localCredentials, readLocalOutputs, regionOf } from '../local-outputs.ts';

/** Output of the stack that names the secret. */
const OUTPUT = 'ApiTokenSecretArn';

/** Where the caller says the secret is: named by a deployed stack, itself, or named by the local stack on a folder. */
export type Place = { stack: string } | { secret: string } | { data: string };

export interface TokenPlace {
  client: SecretsManagerClient;
  secret: string;
}

/** Where the secret is, and the client that reaches it. Throws where the stack, or its output, is not there. */
export async function findSecret(
  place: Place,
  { cloudFormation = () => new CloudFormationClient() } = {},
): Promise<TokenPlace> {
  if ('data' in place) return findLocal(place.data);
  const secret = 'secret' in place ? place.secret : await outputOf(cloudFormation(), place.stack);
  return { client: new SecretsManagerClient(regionIn(secret)), secret };
}

async function outputOf(client: CloudFormationClient, stack: string): Promise<string> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
  const output = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === OUTPUT)?.OutputValue;
  if (output === undefined) throw new Failure(`Stack ${stack} has no output ${OUTPUT}`);
  return output;
}

async function findLocal(folder: string): Promise<TokenPlace> {
  const { ApiTokenSecretArn: secret, AwsEndpointUrl: endpoint } = await readLocalOutputs(folder);
  const client = new SecretsManagerClient({ endpoint, ...regionIn(secret), credentials: localCredentials });
  return { client, secret };
}

/** Of the secret itself: the caller's own one may be another. */
function regionIn(secret: string): { region?: string } {
  const region = regionOf(secret);
  return region === undefined ? {} : { region };
}
