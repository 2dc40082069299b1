import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

let client: DynamoDBClient | undefined;

/** The one client of a container, so that all who call the service share its connections. */
export const dynamoDbClient = (): DynamoDBClient => {
  client ??= new DynamoDBClient();
  return client;
};
