import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Table, written } from './table.ts';

/** What is deleted through the API stays stored for the audit, marked with the time. Does nothing if there is no such row. */
export async function markDeleted(table: Table, Key: Record<string, string>, at: string): Promise<void> {
  const update = new UpdateCommand({
    TableName: table.name,
    Key,
    UpdateExpression: 'SET deletedAt = :at, updatedAt = :at',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
    ExpressionAttributeValues: { ':at': at },
  });
  await written(table.client.send(update));
}

export const isThere = ({ deletedAt }: { deletedAt?: string | undefined }): boolean => deletedAt === undefined;
