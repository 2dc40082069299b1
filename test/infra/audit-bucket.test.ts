import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { referenceText } from '../support/references.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({ Effect: z.string(), Action: z.string(), Condition: z.unknown(), Resource: z.unknown() }),
    ),
  }),
});

describe('the audit bucket', () => {
  const auditBucket = (config = {}) =>
    resourcesIn(synthesizedTemplate(config)).named('AWS::S3::Bucket', 'Audit').Properties;

  test('is private, keeps its versions, and lets go of what is past its time', () => {
    expect(auditBucket()).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [{ ExpirationInDays: 400, NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: 'Enabled' }],
      },
      ObjectLockEnabled: true,
    });
    expect(auditBucket()).not.toHaveProperty('ObjectLockConfiguration');
  });

  test.each(['governance', 'compliance'])('locks what it holds for as long as it keeps it: %s', (auditLock) => {
    const { ObjectLockConfiguration, ...others } = auditBucket({ auditLock, auditRetentionDays: 100 });
    expect(ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Days: 100, Mode: auditLock.toUpperCase() } },
    });
    expect(others.ObjectLockEnabled).toBe(true);
  });

  test('takes nothing in the place of what is there, from nobody, and nothing without TLS', () => {
    const { named } = resourcesIn(synthesizedTemplate());
    const { PolicyDocument } = policySchema.parse(named('AWS::S3::BucketPolicy', 'Audit').Properties);
    expect(
      PolicyDocument.Statement.map(({ Resource, ...rest }) => ({
        ...rest,
        Resource: [Resource].flat().map(referenceText),
      })),
    ).toEqual([
      {
        ...{ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        Resource: ['<AuditBucket.Arn>', '<AuditBucket.Arn>/*'],
      },
      {
        ...{ Effect: 'Deny', Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'true' } } },
        Resource: ['<AuditBucket.Arn>/*'],
      },
    ]);
  });
});
