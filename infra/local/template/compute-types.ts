import { z } from 'zod';
import { FileSource } from '../aws/logs/file-source.ts';
import { EventSource } from '../lambda/event-source.ts';
import { allStates, parseDefinition } from '../states/definition.ts';
import { isServed } from '../tasks.ts';
import { nameInArn, resourceType } from './resource-type.ts';

export const lambdaFunction = resourceType({
  properties: z.strictObject({
    Code: z.strictObject({ S3Key: z.string(), S3Bucket: z.string() }),
    Handler: z.string().regex(/^index\.\w+$/, 'must be in index.mjs'),
    Runtime: z.literal('nodejs24.x', 'must be nodejs24.x: that is what runs here'),
    MemorySize: z.int().default(128),
    Timeout: z.int().default(3),
    Environment: z.strictObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
    DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
    Description: z.string().optional(),
    LoggingConfig: z.strictObject({ LogGroup: z.string().optional(), LogFormat: z.string().optional() }).optional(),
    // Shown, not enforced: tests of the template hold the permissions.
    Role: z.string(),
  }),
  ignored: {
    Architectures: 'the code is JavaScript',
    TracingConfig: 'there is no X-Ray here',
    ReservedConcurrentExecutions: 'all functions share one bound, and those of the HTTP API keep a quarter of it',
  },
  create: (properties, name, { functions, logs, region, account, endpointUrl, assetFolder }) => {
    const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    const deadLetters = properties.DeadLetterConfig?.TargetArn;
    const spec = {
      name,
      arn,
      folder: assetFolder(properties.Code.S3Key),
      handler: properties.Handler,
      variables: properties.Environment?.Variables ?? {},
      timeoutSeconds: properties.Timeout,
      memoryMiB: properties.MemorySize,
      logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      description: properties.Description,
      role: properties.Role,
      deadLetterQueue: deadLetters === undefined ? undefined : nameInArn(deadLetters),
    };
    const fn = functions.add(spec, { region, endpointUrl });
    logs.readFrom(spec.logGroup, new FileSource(fn.log.file));
    return { ref: name, attributes: { Arn: arn } };
  },
});

export const eventSourceMapping = resourceType({
  properties: z.strictObject({
    EventSourceArn: z.string().regex(/^arn:aws:sqs:/, 'must be a queue'),
    FunctionName: z.string(),
    BatchSize: z.int().default(10),
    MaximumBatchingWindowInSeconds: z.int().default(0),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    ScalingConfig: z.strictObject({ MaximumConcurrency: z.int() }).optional(),
  }),
  create: (properties, name, cloud) => {
    const options = {
      ...cloud,
      fn: cloud.functions.get(properties.FunctionName),
      queueName: nameInArn(properties.EventSourceArn),
      batchSize: properties.BatchSize,
      windowSeconds: properties.MaximumBatchingWindowInSeconds,
      // Without a limit Lambda goes up to hundreds; a machine has no use for them.
      maxConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? 10,
      reportsFailures: properties.FunctionResponseTypes.length > 0,
    };
    cloud.whenUp(() => {
      const source = new EventSource(options);
      cloud.whenStopped(() => source.stop());
    });
    return { ref: name };
  },
});

export const stateMachine = resourceType({
  properties: z.strictObject({
    DefinitionString: z.string(),
    RoleArn: z.string(),
    StateMachineType: z.literal('STANDARD').optional(),
    LoggingConfiguration: z
      .strictObject({
        Destinations: z.array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) })),
        // Histories are kept whole, so the log has everything whatever these say.
        IncludeExecutionData: z.boolean().optional(),
        Level: z.string().optional(),
      })
      .optional(),
  }),
  ignored: {
    TracingConfiguration: 'there is no X-Ray here',
  },
  create: (properties, name, { states, logs, region, account }) => {
    const { DefinitionString: definition, RoleArn: roleArn, LoggingConfiguration } = properties;
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    states.addMachine({ arn, name, definition, roleArn });
    for (const { CloudWatchLogsLogGroup } of LoggingConfiguration?.Destinations ?? []) {
      logs.readFrom(groupInArn(CloudWatchLogsLogGroup.LogGroupArn), states.logOf(arn));
    }
    for (const [state, fields] of allStates(parseDefinition(definition))) {
      if (fields.Type !== 'Task' || isServed(fields.Resource)) continue;
      throw new Error(`State "${state}": the resource ${fields.Resource} does not run here`);
    }
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  },
});

export const logGroup = resourceType({
  properties: z.strictObject({ LogGroupName: z.string().optional(), RetentionInDays: z.int().optional() }),
  create: ({ LogGroupName, RetentionInDays }, name, { logs }) => {
    const groupName = LogGroupName ?? name;
    logs.ensureGroup(groupName, RetentionInDays);
    return { ref: groupName, attributes: { Arn: logs.arnOf(groupName) } };
  },
});

/** `arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*`. */
const groupInArn = (arn: string): string => arn.split(':')[6] ?? arn;
