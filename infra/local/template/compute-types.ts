import { z } from 'zod';
import { FileSource } from '../aws/logs/file-source.ts';
import { needsOfConsumer, needsOfFunction, needsOfMachine } from '../iam/needs.ts';
import { EventSource } from '../lambda/event-source.ts';
import { allStates, parseDefinition } from '../states/definition.ts';
import { isServed } from '../tasks.ts';
import { nameInArn, resourceType } from './resource-type.ts';

/** Names and values of a function's variables. */
const MOST_ENVIRONMENT_BYTES = 4_096;

export const lambdaFunction = resourceType({
  properties: z.strictObject({
    Code: z.strictObject({ S3Key: z.string(), S3Bucket: z.string() }),
    Handler: z.string().regex(/^index\.\w+$/, 'must be in index.mjs'),
    Runtime: z.literal('nodejs24.x', 'must be nodejs24.x: that is what runs here'),
    MemorySize: z.int().default(128),
    Timeout: z.int().default(3),
    Environment: z
      .strictObject({ Variables: z.record(z.string(), z.string()).default({}) })
      .refine(
        ({ Variables }) => Buffer.byteLength(JSON.stringify(Variables)) <= MOST_ENVIRONMENT_BYTES,
        `must be at most ${MOST_ENVIRONMENT_BYTES} bytes of JSON, as Lambda has it`,
      )
      .optional(),
    DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
    Description: z.string().optional(),
    LoggingConfig: z.strictObject({ LogGroup: z.string().optional(), LogFormat: z.string().optional() }).optional(),
    Role: z.string(),
    TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
    ReservedConcurrentExecutions: z.int().optional(),
  }),
  ignored: {
    Architectures: 'the code is JavaScript',
  },
  create: (properties, name, { functions, iam, logs, region, account, endpointUrl, assetFolder }) => {
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
      concurrency: properties.ReservedConcurrentExecutions,
    };
    needsOfFunction(
      { iam, why: `as the role of ${name}` },
      {
        role: properties.Role,
        logGroupArn: logs.arnOf(spec.logGroup),
        isTraced: properties.TracingConfig?.Mode === 'Active',
        deadLetterArn: deadLetters,
      },
    );
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
    const { role = '' } = cloud.functions.get(properties.FunctionName).spec;
    needsOfConsumer({ iam: cloud.iam, why: `to feed it from a queue` }, role, properties.EventSourceArn);
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
        IncludeExecutionData: z.boolean().default(false),
        // Histories are kept whole, so the log has every event whatever this says.
        Level: z.string().optional(),
      })
      .optional(),
    TracingConfiguration: z.strictObject({ Enabled: z.boolean() }).optional(),
  }),
  create: (properties, name, { states, iam, logs, region, account }) => {
    const { DefinitionString: definition, RoleArn: roleArn, LoggingConfiguration } = properties;
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    states.addMachine({ arn, name, definition, roleArn });
    const log = states.logOf(arn, { withData: LoggingConfiguration?.IncludeExecutionData === true });
    for (const { CloudWatchLogsLogGroup } of LoggingConfiguration?.Destinations ?? []) {
      logs.readFrom(groupInArn(CloudWatchLogsLogGroup.LogGroupArn), log);
    }
    const parsed = parseDefinition(definition);
    needsOfMachine(
      { iam, region, account, why: `as the role of ${name}` },
      {
        role: roleArn,
        definition: parsed,
        isLogged: LoggingConfiguration !== undefined,
        isTraced: properties.TracingConfiguration?.Enabled === true,
      },
    );
    for (const [state, fields] of allStates(parsed)) {
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
