import { describe, expect, test } from 'vitest';
import { type Call, evaluate, type Principal, policySchema } from '../../../../infra/local/iam/policy.ts';

const table = 'arn:aws:dynamodb:eu-central-1:000000000000:table/T';
const role: Principal = { role: 'Reader' };
const policy = (...Statement: object[]) => policySchema.parse({ Version: '2012-10-17', Statement });
const allow = (Action: unknown, Resource: unknown, Condition?: object) =>
  policy({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });
const call = (action: string, resource: string, context: Call['context'] = {}): Call => ({ action, resource, context });
const decide = (identity: ReturnType<typeof policy>, asked: Call, resource: ReturnType<typeof policy> = []) =>
  evaluate(asked, role, { identity, resource });

describe('a role may do', () => {
  test.each<[name: string, statements: ReturnType<typeof policy>, asked: Call]>([
    ['one action on one resource', allow('dynamodb:GetItem', table), call('dynamodb:GetItem', table)],
    ['one of several', allow(['a:B', 'dynamodb:GetItem'], ['x', table]), call('dynamodb:GetItem', table)],
    ['whatever a wildcard takes in', allow('dynamodb:*', `${table}/*`), call('dynamodb:Query', `${table}/index/i`)],
    ['an action in another case', allow('DynamoDB:getitem', table), call('dynamodb:GetItem', table)],
    ['a single character', allow('a:B?', '*'), call('a:BC', 'any')],
    [
      'rows whose keys all fit',
      allow('dynamodb:PutItem', table, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['RATE#*', 'B#*'] } }),
      call('dynamodb:PutItem', table, { 'dynamodb:LeadingKeys': ['RATE#1', 'B#2'] }),
    ],
  ])('%s', (_, statements, asked) => {
    expect(decide(statements, asked)).toBe('allowed');
  });
});

describe('a role may not do', () => {
  const rates = allow('dynamodb:PutItem', table, {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['RATE#*'] },
  });
  test.each<[name: string, statements: ReturnType<typeof policy>, asked: Call]>([
    ['what nothing says', [], call('dynamodb:GetItem', table)],
    ['another action', allow('dynamodb:GetItem', table), call('dynamodb:PutItem', table)],
    ['it to another resource', allow('dynamodb:GetItem', table), call('dynamodb:GetItem', `${table}/index/i`)],
    ['it to a resource in another case', allow('a:B', 'arn:X'), call('a:B', 'arn:x')],
    ['what a dot in a pattern would take in as an expression', allow('a:B', 'a.c'), call('a:B', 'abc')],
    [
      'it to rows of which one does not fit',
      rates,
      call('dynamodb:PutItem', table, { 'dynamodb:LeadingKeys': ['RATE#1', 'JOB#2'] }),
    ],
  ])('%s', (_, statements, asked) => {
    expect(decide(statements, asked)).toBe('not allowed');
  });

  test('what is denied to calls without a key, and to those alone', () => {
    const deny = policy({
      ...{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:PutObject', Resource: 'bucket/*' },
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    const decided = (context: Call['context']) =>
      decide(allow('s3:*', '*'), call('s3:PutObject', 'bucket/a', context), deny);
    expect(decided({})).toBe('denied');
    expect(decided({ 's3:if-none-match': ['*'] })).toBe('allowed');
  });

  test('what a policy of the resource denies, whatever its own say', () => {
    const insecure = { Bool: { 'aws:SecureTransport': 'false' } };
    const deny = policy({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sqs:*',
      Resource: 'q',
      Condition: insecure,
    });
    const asked = (secure: string) => call('sqs:SendMessage', 'q', { 'aws:SecureTransport': [secure] });
    expect(decide(allow('sqs:*', '*'), asked('true'), deny)).toBe('allowed');
    expect(decide(allow('sqs:*', '*'), asked('false'), deny)).toBe('denied');
  });

  test('a condition on keys that were not read is an error, not a guess', () => {
    expect(() => decide(rates, call('dynamodb:PutItem', table, { 'dynamodb:LeadingKeys': 'unknown' }))).toThrow(
      'dynamodb:LeadingKeys',
    );
  });
});

test('a service of AWS may do what the resource lets it, for the source that the condition names', () => {
  const rule = 'arn:aws:events:eu-central-1:000000000000:rule/R';
  const resource = policy({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: 'f',
    Condition: { ArnLike: { 'aws:SourceArn': rule } },
  });
  const asked = (source: string) => call('lambda:InvokeFunction', 'f', { 'aws:SourceArn': [source] });
  const of = (service: string, source: string) => evaluate(asked(source), { service }, { identity: [], resource });
  expect(of('events.amazonaws.com', rule)).toBe('allowed');
  expect(of('events.amazonaws.com', `${rule}2`)).toBe('not allowed');
  expect(of('sns.amazonaws.com', rule)).toBe('not allowed');
});

describe('a policy is refused for', () => {
  const base = { Effect: 'Allow', Action: 'a:B', Resource: '*' };
  test.each<[name: string, statement: object, message: RegExp]>([
    ['an element that is not known', { Effect: 'Allow', NotAction: 'a:B', Resource: '*' }, /NotAction/],
    ['an operator', { ...base, Condition: { IpAddress: { 'aws:SourceArn': 'x' } } }, /IpAddress is not known/],
    ['a key', { ...base, Condition: { StringEquals: { 'aws:username': 'x' } } }, /aws:username/],
    ['a variable', { ...base, Resource: `arn:\${aws:username}` }, /policy variables/],
    ['a principal', { ...base, Principal: { AWS: 'arn:aws:iam::1:root' } }, /Principal/],
  ])('%s', (_, statement, message) => {
    expect(() => policy(statement)).toThrow(message);
  });
});
