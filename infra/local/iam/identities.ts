import { z } from 'zod';
import type { Template } from '../template/cloud-assembly.ts';
import { type Lookup, resolve } from '../template/intrinsics.ts';
import { policySchema, type Statement } from './policy.ts';

/** What the template says of who may do what. */
export interface Identities {
  /** By the role's name: its own statements, and the services that may take it on. */
  roles: Map<string, { statements: Statement[]; trusted: string[] }>;
  /** Policies of resources, by ARN. */
  resources: Map<string, Statement[]>;
}

const trustSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Effect: z.literal('Allow'),
      Action: z.literal('sts:AssumeRole'),
      Principal: z.strictObject({ Service: z.string() }),
    }),
  ),
});
const inlineSchema = z.strictObject({ PolicyName: z.string(), PolicyDocument: policySchema });
/** Closed: managed policies and permission boundaries would change what the role may do. */
const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: trustSchema,
  Policies: z.array(inlineSchema).default([]),
  Description: z.string().optional(),
  // A boundary takes away, and is somebody else's policy.
  PermissionsBoundary: z.string().optional(),
  Tags: z.unknown().optional(),
});
const attachedSchema = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: policySchema,
  Roles: z.array(z.string()),
});
const queuePolicySchema = z.strictObject({ PolicyDocument: policySchema, Queues: z.array(z.string()) });
const bucketPolicySchema = z.strictObject({ PolicyDocument: policySchema, Bucket: z.string() });
const permissionSchema = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

type Read = (properties: unknown, identities: Identities, logicalId: string, names: Lookup) => void;

const readers: Record<string, Read | undefined> = {
  'AWS::IAM::Role': (properties, { roles }, logicalId, names) => {
    const { AssumeRolePolicyDocument, Policies } = roleSchema.parse(properties);
    const trusted = AssumeRolePolicyDocument.Statement.map(({ Principal }) => Principal.Service);
    const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument);
    roles.set(names.ref(logicalId) ?? logicalId, { statements, trusted });
  },
  'AWS::IAM::Policy': (properties, { roles }) => {
    const { PolicyDocument, Roles } = attachedSchema.parse(properties);
    for (const role of Roles) roles.get(role)?.statements.push(...PolicyDocument);
  },
  'AWS::SQS::QueuePolicy': (properties, identities) => {
    addByResource(identities, queuePolicySchema.parse(properties).PolicyDocument);
  },
  'AWS::S3::BucketPolicy': (properties, identities) => {
    addByResource(identities, bucketPolicySchema.parse(properties).PolicyDocument);
  },
  'AWS::Lambda::Permission': (properties, identities) => {
    const { Action, FunctionName, Principal, SourceArn } = permissionSchema.parse(properties);
    const condition = SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } };
    const statement = { Effect: 'Allow', Principal: { Service: Principal }, Action, Resource: FunctionName };
    const document = { Version: '2012-10-17', Statement: [{ ...statement, Condition: condition }] };
    addByResource(identities, policySchema.parse(document));
  },
};

/** Reads roles and policies, once all that they refer to is there. Throws, naming the resource, on what is unknown. */
export function readIdentities({ Resources }: Pick<Template, 'Resources'>, names: Lookup): Identities {
  const identities: Identities = { roles: new Map(), resources: new Map() };
  // Roles first: policies are added to them.
  for (const wanted of [true, false]) {
    for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
      if ((Type === 'AWS::IAM::Role') !== wanted) continue;
      try {
        readers[Type]?.(resolve(Properties, names), identities, logicalId, names);
      } catch (error) {
        const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
        throw new Error(`${logicalId} (${Type}) cannot be enforced here: ${reason}`, { cause: error });
      }
    }
  }
  return identities;
}

function addByResource({ resources }: Identities, statements: Statement[]): void {
  for (const statement of statements) {
    for (const resource of statement.Resource) {
      // A bucket's policy also names its objects.
      const arn = resource.replace(/\/\*$/, '');
      resources.set(arn, [...(resources.get(arn) ?? []), statement]);
    }
  }
}
