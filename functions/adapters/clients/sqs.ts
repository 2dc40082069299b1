import { SQSClient } from '@aws-sdk/client-sqs';

let client: SQSClient | undefined;

/** The one client of a container, so that all who call the service share its connections. */
export const sqsClient = (): SQSClient => {
  client ??= new SQSClient();
  return client;
};
