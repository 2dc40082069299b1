import { LambdaClient } from '@aws-sdk/client-lambda';

let client: LambdaClient | undefined;

/** The one client of a container. One try: whoever waits for a function that is called gives up before a second one. */
export const lambdaClient = (): LambdaClient => {
  client ??= new LambdaClient({ maxAttempts: 1 });
  return client;
};
