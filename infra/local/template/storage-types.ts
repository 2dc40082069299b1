import { z } from 'zod';
import { resourceType } from './resource-type.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const keysOf = (schema: z.infer<typeof keySchema>) =>
  schema.map(({ AttributeName: name, KeyType: type }) => ({ name, type }));

export const table = resourceType({
  properties: z.strictObject({
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z
      .array(
        z.strictObject({
          IndexName: z.string(),
          KeySchema: keySchema,
          Projection: z.strictObject({ ProjectionType: z.literal('KEYS_ONLY') }),
        }),
      )
      .optional(),
    BillingMode: z.literal('PAY_PER_REQUEST'),
    TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.literal(true) }).optional(),
  }),
  ignored: {
    PointInTimeRecoverySpecification: 'the data folder is backed up by whoever needs that',
    DeletionProtectionEnabled: 'nothing is deleted here but by hand',
    SSESpecification: 'the data folder is private to the user',
  },
  create: async (properties, name, { tables, region, account }) => {
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [], TimeToLiveSpecification } = properties;
    await tables.ensure({
      name,
      attributes: AttributeDefinitions.map(({ AttributeName, AttributeType: type }) => ({ name: AttributeName, type })),
      keySchema: keysOf(KeySchema),
      indexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema }) => ({
        name: IndexName,
        keySchema: keysOf(KeySchema),
      })),
      ...(TimeToLiveSpecification && { ttlAttribute: TimeToLiveSpecification.AttributeName }),
    });
    return { ref: name, attributes: { Arn: `arn:aws:dynamodb:${region}:${account}:table/${name}` } };
  },
});

export const bucket = resourceType({
  properties: z.strictObject({}),
  ignored: {
    BucketEncryption: 'the data folder is private to the user',
    LifecycleConfiguration: 'results stay until the data folder is deleted',
    ObjectLockConfiguration: 'whoever reaches the data folder is the user, who may do everything',
    ObjectLockEnabled: 'as its configuration',
    VersioningConfiguration: 'an object has one version here',
    PublicAccessBlockConfiguration: 'nothing is served beyond loopback',
  },
  create: (_, name, { buckets }) => {
    const bucketName = name.toLowerCase();
    buckets.ensure(bucketName);
    return { ref: bucketName, attributes: { Arn: `arn:aws:s3:::${bucketName}` } };
  },
});

export const secret = resourceType({
  properties: z.strictObject({
    Description: z.string().optional(),
    GenerateSecretString: z
      .strictObject({
        SecretStringTemplate: z.string().optional(),
        GenerateStringKey: z.string().optional(),
        PasswordLength: z.int(),
        ExcludePunctuation: z.boolean().default(false),
      })
      .refine(
        (given) => (given.SecretStringTemplate === undefined) === (given.GenerateStringKey === undefined),
        'SecretStringTemplate and GenerateStringKey belong together',
      ),
  }),
  create: ({ Description, GenerateSecretString: generate }, name, { secrets }) => ({
    ref: secrets.ensure({
      name,
      ...(Description !== undefined && { description: Description }),
      generate: {
        ...(generate.SecretStringTemplate !== undefined &&
          generate.GenerateStringKey !== undefined && {
            field: { template: generate.SecretStringTemplate, key: generate.GenerateStringKey },
          }),
        length: generate.PasswordLength,
        excludePunctuation: generate.ExcludePunctuation,
      },
    }),
  }),
});
