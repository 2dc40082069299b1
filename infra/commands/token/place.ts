import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientOptions, describeStack, localAws, outputOf } from '../doctor/stack-view.ts';
import { regionOf } from '../local-outputs.ts';

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
  const secret =
    'secret' in place ? place.secret : outputOf(await describeStack(cloudFormation(), place.stack), OUTPUT);
  return { client: new SecretsManagerClient(regionIn(secret)), secret };
}

async function findLocal(folder: string): Promise<TokenPlace> {
  const aws = await localAws(folder);
  return { client: new SecretsManagerClient(clientOptions(aws)), secret: aws.secretArn };
}

/** Of the secret itself: the caller's own one may be another. */
function regionIn(secret: string): { region?: string } {
  const region = regionOf(secret);
  return region === undefined ? {} : { region };
}
