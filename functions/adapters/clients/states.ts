import { SFNClient } from '@aws-sdk/client-sfn';

let client: SFNClient | undefined;

/** The one client of a container, so that all who call the service share its connections. */
export const statesClient = (): SFNClient => {
  client ??= new SFNClient();
  return client;
};
