import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoDbClient } from '../clients/dynamodb.ts';

export interface Table {
  name: string;
  client: DynamoDBDocumentClient;
  /** In the place of a call for each row, where there is one: see `readTogether`. */
  read?: (key: Record<string, string>) => Promise<Record<string, unknown> | undefined>;
}

/** One document client per container. Undefined attributes are left out, so optional fields need no ceremony. */
export const connectTable = (name: string, client = dynamoDbClient()): Table => ({
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
