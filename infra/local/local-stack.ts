import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Buckets } from './aws/buckets.ts';
import { type BusEvent, Buses } from './aws/buses.ts';
import { type AwsEndpoint, startAwsEndpoint } from './aws/endpoint.ts';
import { Logs } from './aws/logs.ts';
import { Queues } from './aws/queues.ts';
import { Secrets } from './aws/secrets.ts';
import { Stacks } from './aws/stacks.ts';
import { Tables } from './aws/tables.ts';
import { Topics } from './aws/topics.ts';
import type { Clock } from './clock.ts';
import { type Decision, watchDecisions } from './decisions.ts';
import type { Fault } from './faults/fault.ts';
import { FaultInjector } from './faults/injector.ts';
import { Gatekeeper, type Operation } from './iam/gatekeeper.ts';
import { type Authorization, Iam } from './iam/iam.ts';
import type { Identities } from './iam/identities.ts';
import { callLimits } from './lambda/call-queue.ts';
import { Functions, type WarmthOptions } from './lambda/functions.ts';
import { realClock } from './real-clock.ts';
import { type HistoryEvent, StatesService } from './states/service.ts';
import { runTask } from './tasks.ts';
import type { Cloud } from './template/cloud.ts';
import { type CloudAssembly, readCloudAssembly } from './template/cloud-assembly.ts';
import { createResources } from './template/resources.ts';
import { describeStack } from './template/stack.ts';

const region = 'eu-central-1';
const account = '000000000000';

export interface LocalStackOptions {
  /** Folder of a synthesized cloud assembly. */
  assembly: string;
  /** Data lives on here from start to start. */
  dataDirectory: string;
  /** Gets a file per function. */
  logDirectory: string;
  /** Of the HTTP API; 0: any free one. */
  port: number;
  /** Of the AWS services; absent: any free one. */
  awsPort?: number;
  clock?: Clock;
  /** Trouble from the beginning on. */
  faults?: Fault[];
  /** Function calls at once, as an account allows them: more are throttled. Absent: they wait for their turn. */
  concurrency?: number;
  /** Absent: a call that finds its function at work gets a sandbox of its own at once, as on Lambda. */
  warmth?: WarmthOptions;
  /** Answers what the HTTP API's port is asked and no API has; false: the API answers. */
  besides?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Each event of the template's buses. What a watcher throws is reported and changes nothing. */
  onEvent?(event: BusEvent): void;
  /** For tests: events that are lost on their way to the rules, as EventBridge may lose what AWS itself says. */
  dropsEvent?(event: BusEvent): boolean;
  /** Each event of each execution's history. */
  onExecutionHistory?(execution: { arn: string; name: string }, event: HistoryEvent): void;
  /** Each decision on an alert, as it is stored. */
  onDecision?(decision: Decision): void;
  /** Each call of a role that was allowed or refused. */
  onAuthorization?(authorization: Authorization): void;
  /** Each failure of a function that nothing else tells of. */
  onFault?(fault: { functionName: string; errorType: string; message: string }): void;
}

interface ResumedExecution {
  executionArn: string;
  /** The id of the job, run or storm. */
  name: string;
  /** JSON text. */
  input: string;
}

export interface LocalStack {
  /** The template's outputs. */
  outputs: Record<string, string>;
  awsEndpointUrl: string;
  /** The executions that ran when the last process ended, and go on now. */
  resumed: ResumedExecution[];
  /** What the template lets each role do. */
  identities: Identities;
  /** Injects trouble from now on, and counts it. */
  faults: FaultInjector;
  stop(): Promise<void>;
}

/**
 * Brings up what the assembly's template says, on loopback. Executions that ran when the last process ended go on, by
 * the definition that they began with and the code of now. Throws, with everything closed again, where the template
 * holds what does not run here.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const stops: (() => unknown)[] = [];
  const stop = () => stopAll(stops.splice(0).reverse());
  try {
    const assembly = await readCloudAssembly(options.assembly);
    await mkdir(options.dataDirectory, { recursive: true, mode: 0o700 });
    await mkdir(options.logDirectory, { recursive: true, mode: 0o700 });
    const starts: (() => void)[] = [];
    const stacks = new Stacks();
    const stopping = new AbortController();
    const faults = new FaultInjector(options.clock ?? realClock, stopping.signal);
    const cloud = await openCloud(options, assembly, { starts, stops, stacks, stopping, faults });
    const created = await createResources(assembly.template, cloud);
    stacks.set(describeStack(assembly, created, cloud));
    for (const start of starts) start();
    cloud.buses.redeliver();
    faults.set(options.faults ?? []);
    const resumed = cloud.states.resumeInterrupted();
    const { outputs, identities } = created;
    return { outputs, awsEndpointUrl: cloud.endpointUrl, resumed, identities, faults, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Opening {
  starts: (() => void)[];
  stops: (() => unknown)[];
  stacks: Stacks;
  stopping: AbortController;
  faults: FaultInjector;
}

/** Opens the services, without any resource in them. */
async function openCloud(
  options: LocalStackOptions,
  { stackName, assetFolder }: CloudAssembly,
  { starts, stops, stacks, stopping, faults }: Opening,
): Promise<Cloud> {
  const { clock = realClock, port, awsPort = 0, logDirectory } = options;
  const folder = (name: string) => join(options.dataDirectory, name);
  const place = { region, account, clock };
  let endpoint: AwsEndpoint | undefined;
  const iam = new Iam({ account, onAuthorization: (each) => watched(() => options.onAuthorization?.(each)) });
  const queueUrlOf = (name: string) => `${endpoint?.url}/${account}/${name}`;

  const tables = await Tables.open({ directory: folder('tables'), region, account });
  stops.push(() => tables.close());
  const secrets = await Secrets.open({ ...place, file: folder('secrets.json') });
  const queues = await Queues.open({ ...place, directory: folder('queues'), urlOf: queueUrlOf });
  stops.push(() => queues.close());
  const buckets = await Buckets.open({ directory: folder('buckets') });
  const buses = await Buses.open({ ...place, directory: folder('events'), drops: options.dropsEvent });
  buses.onEvent((event, busName) => {
    if (busName !== 'default') watched(() => options.onEvent?.(event));
  });
  // After the functions, which would else fail instead of being cut off.
  stops.push(() => endpoint?.close());
  const functions = new Functions(logDirectory, callLimits(options), faults, options.warmth);
  stops.push(() => functions.stop());
  // Together: a call that is cut off is no failure of the function, and the bus keeps its event.
  stops.push(() => {
    const closed = buses.close();
    stopping.abort(new Error('the stack stopped'));
    return closed;
  });
  const permissions = { iam, region, account, partitionKeyOf: (table: string) => tables.partitionKeyOf(table) };
  const gatekeeper = new Gatekeeper(permissions);
  const authorizeTask = (roleArn: string, ...operation: Operation) => gatekeeper.checkRole(roleArn, ...operation);
  const states = await StatesService.open({
    ...place,
    directory: folder('executions'),
    run: (resource, args, signal, _, lost, { roleArn }) => {
      const authorize = (...operation: Operation) => authorizeTask(roleArn, ...operation);
      return runTask(resource, args, { functions, buses, authorize, faults }, { signal, lost });
    },
    authorize: (roleArn, operation, input) => authorizeTask(roleArn, 'AWSStepFunctions', operation, input),
    onStatusChange: async (change) => {
      buses.put({
        busName: 'default',
        source: 'aws.states',
        detailType: 'Step Functions Execution Status Change',
        detail: { ...change },
        resources: [change.executionArn],
      });
    },
    onHistory: (execution, event) => watched(() => options.onExecutionHistory?.(execution, event)),
  });
  stops.push(() => states.stop());
  const topics = new Topics({ clock });
  const logs = new Logs(place);
  const dynamodb = watchDecisions(tables, (decision) => watched(() => options.onDecision?.(decision)));
  const services = { dynamodb, states, secrets, sqs: queues, events: buses, buckets, topics, functions };
  endpoint = await startAwsEndpoint({ port: awsPort, services: { ...services, logs, stacks }, gatekeeper, faults });

  return {
    ...{ stackName, region, account, port, endpointUrl: endpoint.url, queueUrlOf, assetFolder, clock },
    ...{ tables, secrets, queues, buses, topics, logs, buckets, states, functions, iam },
    ...(options.besides && { besides: options.besides }),
    apis: new Map(),
    integrations: new Map(),
    signal: stopping.signal,
    onFault: ({ spec: { name: functionName } }, { errorType, errorMessage: message }) =>
      watched(() => options.onFault?.({ functionName, errorType, message })),
    whenUp: (start) => starts.push(start),
    whenStopped: (stop) => stops.push(stop),
  };
}

/** Every part, also if one of them fails. */
async function stopAll(stops: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops) {
    try {
      await stop();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'The local stack did not stop cleanly');
}

function watched(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    console.error('A watcher of the local stack failed:', error);
  }
}
