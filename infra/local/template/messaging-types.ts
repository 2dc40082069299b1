import { z } from 'zod';
import { startSchedule } from '../aws/buses/schedule.ts';
import { needForService } from '../iam/needs.ts';
import { invokeAsynchronously } from '../lambda/asynchronous.ts';
import { nameInArn, resourceType } from './resource-type.ts';

/** What SQS does where a template says nothing: 4 days, 30 s, 1 MiB. */
export const queue = resourceType({
  properties: z.strictObject({
    MessageRetentionPeriod: z.int().default(345_600),
    VisibilityTimeout: z.int().default(30),
    MaximumMessageSize: z.int().default(1_048_576),
    DelaySeconds: z.int().default(0),
    RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.int() }).optional(),
  }),
  ignored: { SqsManagedSseEnabled: 'the data folder is private to the user' },
  create: (properties, name, { queues, queueUrlOf }) => {
    const { RedrivePolicy: redrive } = properties;
    queues.ensure({
      name,
      retentionSeconds: properties.MessageRetentionPeriod,
      visibilityTimeoutSeconds: properties.VisibilityTimeout,
      maximumMessageBytes: properties.MaximumMessageSize,
      delaySeconds: properties.DelaySeconds,
      ...(redrive && {
        redrive: { deadLetterName: nameInArn(redrive.deadLetterTargetArn), maxReceiveCount: redrive.maxReceiveCount },
      }),
    });
    return { ref: queueUrlOf(name), attributes: { Arn: queues.arnOf(name), QueueName: name } };
  },
});

export const eventBus = resourceType({
  properties: z.strictObject({ Name: z.string() }),
  ignored: { Description: 'for people' },
  create: ({ Name }, _, { buses }) => {
    buses.ensureBus(Name);
    return { ref: Name, attributes: { Arn: buses.arnOf(Name), Name } };
  },
});

/** The targets are functions, called asynchronously as EventBridge does. */
export const eventRule = resourceType({
  properties: z.strictObject({
    EventBusName: z.string().default('default'),
    EventPattern: z.record(z.string(), z.unknown()).optional(),
    ScheduleExpression: z.string().optional(),
    State: z.literal('ENABLED').default('ENABLED'),
    Targets: z.array(
      z.strictObject({
        Arn: z.string(),
        Id: z.string(),
        // A function here always takes the call; what it cannot handle goes to its own dead-letter queue.
        DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
      }),
    ),
  }),
  ignored: { Description: 'for people' },
  create: ({ EventBusName: busName, EventPattern: pattern, ScheduleExpression: schedule, Targets }, name, cloud) => {
    const arn = `arn:aws:events:${cloud.region}:${cloud.account}:rule/${name}`;
    const asking = { iam: cloud.iam, why: `the rule ${name}` };
    const caller = { service: 'events.amazonaws.com', source: arn };
    for (const [index, { Arn, DeadLetterConfig }] of Targets.entries()) {
      const fn = cloud.functions.get(Arn);
      needForService(asking, caller, 'lambda:InvokeFunction', fn.spec.arn);
      if (DeadLetterConfig) needForService(asking, caller, 'sqs:SendMessage', DeadLetterConfig.Arn);
      const target = (event: unknown) => invokeAsynchronously(fn, event, cloud);
      if (pattern) cloud.buses.addRule({ busName, name: `${name}-${index}`, pattern, target });
      if (schedule !== undefined) startSchedule(schedule, name, target, cloud);
    }
    return { ref: name, attributes: { Arn: arn } };
  },
});

/** The topic is somebody else's: it is there because the template names it. */
export const snsSubscription = resourceType({
  properties: z.strictObject({
    Protocol: z.literal('lambda', 'must be lambda'),
    TopicArn: z.string().startsWith('arn:aws:sns:'),
    Endpoint: z.string(),
    // As with a rule's target.
    RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string() }).optional(),
  }),
  ignored: { Region: 'one machine is one region' },
  create: ({ TopicArn, Endpoint, RedrivePolicy }, name, cloud) => {
    const fn = cloud.functions.get(Endpoint);
    const asking = { iam: cloud.iam, why: `the subscription to ${TopicArn}` };
    const caller = { service: 'sns.amazonaws.com', source: TopicArn };
    needForService(asking, caller, 'lambda:InvokeFunction', fn.spec.arn);
    if (RedrivePolicy) needForService(asking, caller, 'sqs:SendMessage', RedrivePolicy.deadLetterTargetArn);
    cloud.topics.subscribe(TopicArn, (event) => invokeAsynchronously(fn, event, cloud), Endpoint);
    return { ref: `${TopicArn}:${name}` };
  },
});
