import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export interface Table {
  name: string;
  client: DynamoDBDocumentClient;
}

/** One document client per container. Undefined attributes are left out, so optional fields need no ceremony. */
export const connectTable = (name: string, client = new DynamoDBClient()): Table => ({
  name,
  client: DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  }),
});

/** Runs a conditional write: true if it was made, false if its condition did not hold. */
export async function written(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
