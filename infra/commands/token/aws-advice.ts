import { Failure } from '../failure.ts';
import type { Place } from './place.ts';

const CREDENTIALS =
  'A deployed stack is reached with AWS credentials and a region: set AWS_PROFILE and AWS_REGION, for example.';

/** How a command is told to take the local stack instead: by its option, or by what the environment names. */
const ways = { option: 'add --local', environment: 'unset API_URL and API_TOKEN' } as const;

/** Where the work is done: of this machine, or of AWS. */
type Reached = Place | { endpoint: string };

/**
 * Does the work on AWS. What keeps it from being reached comes as a Failure with the mend; other errors stay as they
 * are.
 */
export async function withAwsAdvice<Result>(
  place: Reached,
  work: () => Promise<Result>,
  way: keyof typeof ways = 'option',
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const advice = error instanceof Error ? adviceOn(error, place, ways[way]) : undefined;
    throw advice === undefined ? error : new Failure(advice, { cause: error });
  }
}

function adviceOn(error: Error & { code?: unknown }, place: Reached, way: string): string | undefined {
  const { name, message, code } = error;
  if ('data' in place || 'endpoint' in place) {
    return code === 'ECONNREFUSED' ? 'The local stack does not answer. Is it running (npm start)?' : undefined;
  }
  if (name === 'CredentialsProviderError' || message === 'Region is missing')
    return `${message}. ${CREDENTIALS} The local stack needs neither: ${way}, while it runs (npm start).`;
  if ('stack' in place && noSuchStack.includes(name)) {
    return `${message}. --stack NAME names another one; for the local stack ${way}, while it runs (npm start).`;
  }
  return undefined;
}

/** Of CloudFormation where there is no stack of the name, and of an endpoint that is no CloudFormation. */
const noSuchStack = ['ValidationError', 'InvalidAction'];
