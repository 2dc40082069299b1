import { EventBridgeClient } from '@aws-sdk/client-eventbridge';

let client: EventBridgeClient | undefined;

/** The one client of a container, so that all who call the service share its connections. */
export const eventBridgeClient = (): EventBridgeClient => {
  client ??= new EventBridgeClient();
  return client;
};
