import { z } from 'zod';
import type { Buses } from './aws/buses.ts';
import { AwsError } from './aws/error.ts';
import type { FaultInjector } from './faults/injector.ts';
import { taskWithFaults } from './faults/task-faults.ts';
import type { CallOrigin } from './lambda/call-queue.ts';
import type { Callee } from './lambda/invocation.ts';
import { StatesError, startsExecution } from './states/service.ts';

export interface TaskServices {
  functions: { find(id: string): Callee | undefined };
  buses: Pick<Buses, 'call'>;
  /** Throws AccessDenied where the machine's role may not. Absent: every machine may do everything. */
  authorize?(service: string, operation: string, args: unknown): void;
  /** Trouble that calls of the bus meet; those of functions meet theirs where they run. */
  faults?: FaultInjector | undefined;
}

type Integration = (args: unknown, services: TaskServices, origin: CallOrigin) => Promise<unknown>;

/** The service integrations that run here, by the resource of the Task. */
const integrations = new Map<string, Integration>([
  ['arn:aws:states:::lambda:invoke', invokeFunction],
  ['arn:aws:states:::events:putEvents', putEvents],
]);

/** Also those that the executions serve among themselves. */
export const isServed = (resource: string): boolean => integrations.has(resource) || startsExecution(resource);

/** Runs a Task. Throws a StatesError by the name that AWS gives it. */
export async function runTask(
  resource: string,
  args: unknown,
  services: TaskServices,
  origin: CallOrigin = {},
): Promise<unknown> {
  const integration = integrations.get(resource);
  if (!integration) throw new StatesError('States.Runtime', `The resource ${resource} does not run here`);
  return integration(args, services, origin);
}

const invokeSchema = z.strictObject({ FunctionName: z.string(), Payload: z.unknown().optional() });

/** The function's error is the Task's, with all that Lambda says of it as the cause. */
async function invokeFunction(
  args: unknown,
  { functions, authorize }: TaskServices,
  origin: CallOrigin,
): Promise<unknown> {
  const { FunctionName, Payload } = parse(invokeSchema, args);
  // Lambda's refusal has no name of its own here.
  await serviceCall('Lambda', async () => authorize?.('lambda', 'Invoke', args), 'AWSLambdaException');
  const fn = functions.find(FunctionName);
  if (!fn) throw new StatesError('Lambda.ResourceNotFoundException', `Function not found: ${FunctionName}`);
  const invocation = await fn.invoke(Payload ?? {}, origin);
  if (!invocation.ok) {
    const { errorType, errorMessage } = invocation.error;
    if (invocation.refused) throw new StatesError(`Lambda.${errorType}`, errorMessage);
    throw new StatesError(errorType, JSON.stringify(invocation.error));
  }
  return { ExecutedVersion: '$LATEST', Payload: invocation.payload, StatusCode: 200 };
}

const entriesSchema = z.strictObject({
  Entries: z.array(
    z.looseObject({
      Detail: z.unknown().transform((detail) => (typeof detail === 'string' ? detail : JSON.stringify(detail))),
    }),
  ),
});
const putSchema = z.object({ FailedEntryCount: z.number() });

/** Unlike the API, the integration takes the detail as an object, and fails if any entry does. */
async function putEvents(args: unknown, { buses, authorize, faults }: TaskServices): Promise<unknown> {
  const put = () =>
    serviceCall('EventBridge', async () => {
      const input = parse(entriesSchema, args);
      authorize?.('AWSEvents', 'PutEvents', input);
      return buses.call('PutEvents', input);
    });
  const answer = await (faults ? taskWithFaults(faults, { service: 'events', operation: 'PutEvents' }, put) : put());
  if (putSchema.parse(answer).FailedEntryCount > 0) {
    throw new StatesError('EventBridge.FailedEntry', JSON.stringify(answer));
  }
  return answer;
}

async function serviceCall(service: string, call: () => Promise<unknown>, name?: string): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StatesError(`${service}.${name ?? error.type.replace(/(Exception)?$/, 'Exception')}`, error.message);
  }
}

function parse<T>(schema: z.ZodType<T>, args: unknown): T {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  throw new StatesError('States.Runtime', `The arguments do not run here. ${z.prettifyError(parsed.error)}`);
}
