import { z } from 'zod';

interface Key {
  name: string;
  type: 'HASH' | 'RANGE';
}

/** A table as the template has it. */
export interface TableDefinition {
  name: string;
  attributes: { name: string; type: 'S' | 'N' | 'B' }[];
  keySchema: Key[];
  /** Global secondary indexes, of keys only. */
  indexes?: { name: string; keySchema: Key[] }[];
  /** Recorded for DescribeTimeToLive; see `Tables`. */
  ttlAttribute?: string;
}

const wireKeysSchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));

/** Loose: the whole description is written back when a table is made ACTIVE. */
export const tableDescriptionSchema = z.object({
  Table: z.looseObject({
    TableStatus: z.string(),
    AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
    KeySchema: wireKeysSchema,
    GlobalSecondaryIndexes: z.array(z.looseObject({ IndexName: z.string(), KeySchema: wireKeysSchema })).default([]),
  }),
});
type TableDescription = z.infer<typeof tableDescriptionSchema>['Table'];

/** Input of CreateTable. */
export const wireDefinition = ({ name, attributes, keySchema, indexes = [] }: TableDefinition) => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
  KeySchema: wireKeys(keySchema),
  // An empty list is refused.
  ...(indexes.length > 0 && {
    GlobalSecondaryIndexes: indexes.map(({ name, keySchema }) => ({
      IndexName: name,
      KeySchema: wireKeys(keySchema),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  }),
});

const wireKeys = (keys: Key[]) => keys.map(({ name, type }) => ({ AttributeName: name, KeyType: type }));

export function sameTable(found: TableDescription, wanted: TableDefinition): boolean {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = wireDefinition(wanted);
  const text = (attributes: typeof AttributeDefinitions | TableDescription['AttributeDefinitions']) =>
    attributes
      .map(({ AttributeName, AttributeType }) => `${AttributeName}:${AttributeType}`)
      .sort()
      .join();
  const keys = (schema: TableDescription['KeySchema']) =>
    schema.map(({ AttributeName, KeyType }) => `${AttributeName}:${KeyType}`).join();
  const indexes = (list: TableDescription['GlobalSecondaryIndexes'] = []) =>
    list
      .map(({ IndexName, KeySchema }) => `${IndexName} ${keys(KeySchema)}`)
      .sort()
      .join();
  return (
    text(found.AttributeDefinitions) === text(AttributeDefinitions) &&
    keys(found.KeySchema) === keys(KeySchema) &&
    indexes(found.GlobalSecondaryIndexes) === indexes(GlobalSecondaryIndexes)
  );
}
