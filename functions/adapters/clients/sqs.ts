import { SQSClient } from '@aws-sdk/client-sqs';

let client: SQSClient | undefined;

/**
 * The one client of a container, so that all who call the service share its connections. A delivery costs one call of
 * it and little else, so three things of a call are left out, a third of its CPU time: its chain is put together once,
 * the SDK does not describe itself and its features in a header, and the MD5 sum of what SQS has stored is not
 * compared. A call is signed over the SHA-256 of its body, and SQS refuses one that was changed on its way.
 */
export function sqsClient(): SQSClient {
  if (!client) {
    client = new SQSClient({ cacheMiddleware: true, md5: false });
    client.middlewareStack.remove('getUserAgentMiddleware');
  }
  return client;
}
