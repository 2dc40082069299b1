import { z } from 'zod';
import { startSchedule } from '../aws/buses/schedule.ts';
import { needsOfSchedule } from '../iam/needs.ts';
import { invokeAsynchronously } from '../lambda/asynchronous.ts';
import { resourceType } from './resource-type.ts';

/** Calls a function at a rate, asynchronously, as the role that it names. */
export const schedule = resourceType({
  properties: z.strictObject({
    ScheduleExpression: z.string(),
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
    State: z.literal('ENABLED').default('ENABLED'),
    Target: z.strictObject({
      Arn: z.string(),
      RoleArn: z.string(),
      Input: z.string().transform((text): unknown => JSON.parse(text)),
      // A function here always takes the call.
      RetryPolicy: z.strictObject({ MaximumEventAgeInSeconds: z.int(), MaximumRetryAttempts: z.int() }).optional(),
    }),
  }),
  ignored: { Description: 'for people' },
  create: ({ ScheduleExpression, Target: { Arn, RoleArn, Input } }, name, cloud) => {
    const fn = cloud.functions.get(Arn);
    needsOfSchedule({ iam: cloud.iam, why: `the schedule ${name}` }, RoleArn, fn.spec.arn);
    startSchedule(ScheduleExpression, name, () => invokeAsynchronously(fn, Input, cloud), cloud);
    return {
      ref: name,
      attributes: { Arn: `arn:aws:scheduler:${cloud.region}:${cloud.account}:schedule/default/${name}` },
    };
  },
});
