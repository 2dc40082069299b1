import { z } from 'zod';

/** A table as the template has it. Keys only: secondary indexes are not in use. */
export interface TableDefinition {
  name: string;
  attributes: { name: string; type: 'S' | 'N' | 'B' }[];
  keySchema: { name: string; type: 'HASH' | 'RANGE' }[];
  /** Recorded for DescribeTimeToLive; see `Tables`. */
  ttlAttribute?: string;
}

/** Loose: the whole description is written back when a table is made ACTIVE. */
export const tableDescriptionSchema = z.object({
  Table: z.looseObject({
    TableStatus: z.string(),
    AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
    KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })),
  }),
});
type TableDescription = z.infer<typeof tableDescriptionSchema>['Table'];

/** Input of CreateTable. */
export const wireDefinition = ({ name, attributes, keySchema }: TableDefinition) => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
  KeySchema: keySchema.map(({ name, type }) => ({ AttributeName: name, KeyType: type })),
});

export function sameTable(found: TableDescription, wanted: TableDefinition): boolean {
  const { AttributeDefinitions, KeySchema } = wireDefinition(wanted);
  const text = (attributes: typeof AttributeDefinitions | TableDescription['AttributeDefinitions']) =>
    attributes
      .map(({ AttributeName, AttributeType }) => `${AttributeName}:${AttributeType}`)
      .sort()
      .join();
  const keys = (schema: TableDescription['KeySchema']) =>
    schema.map(({ AttributeName, KeyType }) => `${AttributeName}:${KeyType}`).join();
  return text(found.AttributeDefinitions) === text(AttributeDefinitions) && keys(found.KeySchema) === keys(KeySchema);
}
