import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';

/** What a restore to a point in time makes of a table: another one, of the same keys, index and rows. */
export async function copyTable(endpoint: string, from: string, to: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: from }));
  await client.send(
    new CreateTableCommand({
      TableName: to,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Table?.AttributeDefinitions,
      KeySchema: Table?.KeySchema,
      GlobalSecondaryIndexes: Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
    }),
  );
  const { Items = [], LastEvaluatedKey } = await client.send(new ScanCommand({ TableName: from }));
  if (LastEvaluatedKey) throw new Error(`${from} has more rows than one page`);
  for (const Item of Items) await client.send(new PutItemCommand({ TableName: to, Item }));
  client.destroy();
}
