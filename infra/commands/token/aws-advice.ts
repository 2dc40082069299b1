import { Failure } from '../failure.ts';
import type { Place } from './place.ts';

const LOCAL = 'The local stack needs neither: add --local, while it runs (npm start).';
const CREDENTIALS = `A deployed stack is reached with AWS credentials and a region: set AWS_PROFILE and AWS_REGION, for example. ${LOCAL}`;

/**
 * Does the work on AWS. What keeps it from being reached comes as a Failure with the mend; other errors stay as they
 * are.
 */
export async function withAwsAdvice<Result>(place: Place, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const advice = error instanceof Error ? adviceOn(error, place) : undefined;
    throw advice === undefined ? error : new Failure(advice, { cause: error });
  }
}

function adviceOn(error: Error & { code?: unknown }, place: Place): string | undefined {
  const { name, message, code } = error;
  if ('data' in place) {
    return code === 'ECONNREFUSED' ? 'The local stack does not answer. Is it running (npm start)?' : undefined;
  }
  if (name === 'CredentialsProviderError' || message === 'Region is missing') return `${message}. ${CREDENTIALS}`;
  if ('stack' in place && noSuchStack.includes(name)) {
    return `${message}. --stack NAME names another one; --local is the local stack, while it runs (npm start).`;
  }
  return undefined;
}

/** Of CloudFormation where there is no stack of the name, and of an endpoint that is no CloudFormation. */
const noSuchStack = ['ValidationError', 'InvalidAction'];
