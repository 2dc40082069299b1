import { z } from 'zod';
import { AwsError } from '../aws/error.ts';
import type { HttpRequest } from '../aws/http.ts';
import { parseRequest } from '../aws/request.ts';
import { nameInArn } from '../template/resource-type.ts';
import type { Context } from './conditions.ts';
import type { Call } from './policy.ts';

interface Place {
  region: string;
  account: string;
  /** The attribute that a table's items are partitioned by. */
  partitionKeyOf(table: string): string | undefined;
}

type Operation = (input: unknown, place: Place) => Call[];

/** What role and resource an operation needs, by the service in `x-amz-target` and its name. */
const services: Record<string, Record<string, Operation | undefined> | undefined> = {
  DynamoDB_20120810: {
    GetItem: (input, place) => [onRow('GetItem', input, place, 'Key')],
    UpdateItem: (input, place) => [onRow('UpdateItem', input, place, 'Key')],
    DeleteItem: (input, place) => [onRow('DeleteItem', input, place, 'Key')],
    PutItem: (input, place) => [onRow('PutItem', input, place, 'Item')],
    Query: (input, place) => [onTable('Query', input, place)],
    Scan: (input, place) => [onTable('Scan', input, place)],
    BatchGetItem: readInBatches,
    TransactWriteItems: writeTogether,
  },
  AWSStepFunctions: {
    StartExecution: (input) => onField('states:StartExecution', input, 'stateMachineArn'),
    ListExecutions: (input) => onField('states:ListExecutions', input, 'stateMachineArn'),
    DescribeStateMachine: (input) => onField('states:DescribeStateMachine', input, 'stateMachineArn'),
    StopExecution: (input) => onField('states:StopExecution', input, 'executionArn'),
    DescribeExecution: (input) => onField('states:DescribeExecution', input, 'executionArn'),
    GetExecutionHistory: (input) => onField('states:GetExecutionHistory', input, 'executionArn'),
    RedriveExecution: (input) => onField('states:RedriveExecution', input, 'executionArn'),
  },
  secretsmanager: Object.fromEntries(
    ['CreateSecret', 'GetSecretValue', 'PutSecretValue', 'DeleteSecret', 'RestoreSecret', 'DescribeSecret'].map(
      (action) => [action, (input: unknown, place: Place) => [onSecret(action, input, place)]],
    ),
  ),
  AmazonSQS: {
    SendMessage: (input, place) => [onQueue('SendMessage', input, place)],
    SendMessageBatch: (input, place) => [onQueue('SendMessage', input, place)],
    ReceiveMessage: (input, place) => [onQueue('ReceiveMessage', input, place)],
    DeleteMessage: (input, place) => [onQueue('DeleteMessage', input, place)],
    DeleteMessageBatch: (input, place) => [onQueue('DeleteMessage', input, place)],
    ChangeMessageVisibility: (input, place) => [onQueue('ChangeMessageVisibility', input, place)],
    ChangeMessageVisibilityBatch: (input, place) => [onQueue('ChangeMessageVisibility', input, place)],
    GetQueueAttributes: (input, place) => [onQueue('GetQueueAttributes', input, place)],
  },
  AWSEvents: { PutEvents: putEvents },
  lambda: { Invoke: (input, place) => [invokeCall(field(input, 'FunctionName'), place)] },
};

/** The permissions that an operation needs. Undefined where it is not known here: then nobody but the user may. */
export const callsOf = (service: string, operation: string, input: unknown, place: Place): Call[] | undefined =>
  services[service]?.[operation]?.(input, place);

/** Loopback stands for TLS. */
export const call = (action: string, resource: string, context: Context = {}): Call => ({
  action,
  resource,
  context: { 'aws:SecureTransport': ['true'], ...context },
});

function field(input: unknown, name: string): string {
  return parseRequest(z.object({ [name]: z.string() }), input)[name] ?? '';
}

const onField = (action: string, input: unknown, name: string): Call[] => [call(action, field(input, name))];

/** A name, or an ARN already. */
const tableArn = (table: string, { region, account }: Place): string =>
  table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${account}:table/${table}`;

function onTable(action: string, input: unknown, place: Place): Call {
  const { IndexName } = parseRequest(z.object({ IndexName: z.string().optional() }), input);
  const arn = tableArn(field(input, 'TableName'), place);
  const resource = IndexName === undefined ? arn : `${arn}/index/${IndexName}`;
  return call(`dynamodb:${action}`, resource, { 'dynamodb:LeadingKeys': 'unknown' });
}

const rowSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

function onRow(action: string, input: unknown, place: Place, holder: 'Key' | 'Item'): Call {
  const table = field(input, 'TableName');
  const row = parseRequest(z.object({ [holder]: rowSchema }), input)[holder] ?? {};
  const leadingKeys = leadingKeysOf([row], place.partitionKeyOf(table));
  return call(`dynamodb:${action}`, tableArn(table, place), { 'dynamodb:LeadingKeys': leadingKeys });
}

function readInBatches(input: unknown, place: Place): Call[] {
  const schema = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(rowSchema) })) });
  const { RequestItems } = parseRequest(schema, input);
  return Object.entries(RequestItems).map(([table, { Keys }]) => {
    const leadingKeys = leadingKeysOf(Keys, place.partitionKeyOf(table));
    return call('dynamodb:BatchGetItem', tableArn(table, place), { 'dynamodb:LeadingKeys': leadingKeys });
  });
}

/** A transaction needs what each of its writes would need alone. */
function writeTogether(input: unknown, place: Place): Call[] {
  const schema = z.object({ TransactItems: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))) });
  const actions = parseRequest(schema, input).TransactItems.flatMap((each) => Object.entries(each));
  return actions.map(([name, action]) => {
    if (name !== 'Put' && name !== 'Update') {
      throw new AwsError('ValidationException', `TransactWriteItems: ${name} is not supported here`);
    }
    return onRow(`${name}Item`, action, place, name === 'Put' ? 'Item' : 'Key');
  });
}

/** Attributes are `{ "S": "text" }` on the wire. */
function leadingKeysOf(rows: z.infer<typeof rowSchema>[], key: string | undefined): string[] | 'unknown' {
  const values = key === undefined ? [] : rows.map((row) => row[key]?.S);
  return values.length > 0 && values.every((value) => typeof value === 'string') ? values : 'unknown';
}

/** By ARN, or by name: IAM then sees the ARN without its random ending. */
function onSecret(action: string, input: unknown, { region, account }: Place): Call {
  const id = field(input, action === 'CreateSecret' ? 'Name' : 'SecretId');
  const arn = id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${account}:secret:${id}`;
  return call(`secretsmanager:${action}`, arn);
}

function onQueue(action: string, input: unknown, { region, account }: Place): Call {
  const name = field(input, 'QueueUrl').split('/').at(-1) ?? '';
  return call(`sqs:${action}`, `arn:aws:sqs:${region}:${account}:${name}`);
}

function putEvents(input: unknown, { region, account }: Place): Call[] {
  const entrySchema = z.object({ EventBusName: z.string().default('default') });
  const { Entries } = parseRequest(z.object({ Entries: z.array(entrySchema) }), input);
  const arns = Entries.map(({ EventBusName: bus }) =>
    bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${account}:event-bus/${bus}`,
  );
  return [...new Set(arns)].map((arn) => call('events:PutEvents', arn));
}

/** Lambda's Invoke, by the function's name or ARN. */
export function invokeCall(id: string, { region, account }: Pick<Place, 'region' | 'account'>): Call {
  const name = nameInArn(id.replace(/:\$LATEST$/, ''));
  return call('lambda:InvokeFunction', `arn:aws:lambda:${region}:${account}:function:${name}`);
}

/** What S3 asks of IAM for a method on an object, or on a bucket where there is no key; undefined where not known. */
export function bucketCall(
  method: string,
  bucket: string,
  key: string | undefined,
  { headers = {}, query = new URLSearchParams() }: Partial<Pick<HttpRequest, 'headers' | 'query'>> = {},
): Call | undefined {
  const resource = `arn:aws:s3:::${bucket}`;
  if (key === undefined) {
    const list = query.has('versions') ? 's3:ListBucketVersions' : 's3:ListBucket';
    return ['GET', 'HEAD'].includes(method) ? call(list, resource) : undefined;
  }
  const deletes = query.has('versionId') ? 'DeleteObjectVersion' : 'DeleteObject';
  const action = { GET: 'GetObject', HEAD: 'GetObject', PUT: 'PutObject', DELETE: deletes }[method];
  const ifNoneMatch = headers['if-none-match'];
  const context: Context = ifNoneMatch === undefined ? {} : { 's3:if-none-match': [ifNoneMatch] };
  return action === undefined ? undefined : call(`s3:${action}`, `${resource}/${key}`, context);
}
