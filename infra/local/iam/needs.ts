import { z } from 'zod';
import { allStates, type Definition } from '../states/definition.ts';
import { call, invokeCall } from './calls.ts';
import type { Iam } from './iam.ts';
import { roleNameOf } from './policy.ts';

type Place = { region: string; account: string };
/** What a thing of the template asks IAM for: a role's rights, or those of a service of AWS on a resource. */
type Asking = { iam: Iam; why: string };

/** `service:One` and the like, on one resource. */
function needForRole({ iam, why }: Asking, roleArn: string, actions: string[], resource: string): void {
  const principal = { role: roleNameOf(roleArn) };
  for (const action of actions) iam.need({ principal, call: call(action, resource), why });
}

/** A service of AWS calls, on behalf of what the source names. */
export function needForService(
  { iam, why }: Asking,
  { service, source }: { service: string; source: string },
  action: string,
  resource: string,
): void {
  iam.need({ principal: { service }, call: call(action, resource, { 'aws:SourceArn': [source] }), why });
}

const traces = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/** Lambda asks for the dead letters when a function is made, and writes logs and traces as the function's role. */
export function needsOfFunction(
  asking: Asking,
  fn: { role: string; logGroupArn: string; isTraced: boolean; deadLetterArn: string | undefined },
): void {
  asking.iam.needTrust(fn.role, 'lambda.amazonaws.com');
  const stream = fn.logGroupArn.replace(/\*$/, 'log-stream:local');
  needForRole(asking, fn.role, ['logs:CreateLogStream', 'logs:PutLogEvents'], stream);
  if (fn.isTraced) needForRole(asking, fn.role, traces, '*');
  if (fn.deadLetterArn !== undefined) needForRole(asking, fn.role, ['sqs:SendMessage'], fn.deadLetterArn);
}

/** What Lambda reads a queue with, as the role of the function that it feeds. */
export function needsOfConsumer(asking: Asking, role: string, queueArn: string): void {
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  needForRole(asking, role, actions, queueArn);
}

/** EventBridge Scheduler calls its target as the role of the schedule. */
export function needsOfSchedule(asking: Asking, role: string, functionArn: string): void {
  asking.iam.needTrust(role, 'scheduler.amazonaws.com');
  needForRole(asking, role, ['lambda:InvokeFunction'], functionArn);
}

const logDelivery = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
  ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
].map((action) => `logs:${action}`);

/** Step Functions asks for logs, traces and its rule on children when a machine is made; the rest as it runs. */
export function needsOfMachine(
  asking: Asking & Place,
  machine: { role: string; definition: Definition; isLogged: boolean; isTraced: boolean },
): void {
  const { role, definition } = machine;
  asking.iam.needTrust(role, 'states.amazonaws.com');
  if (machine.isLogged) needForRole(asking, role, logDelivery, '*');
  if (machine.isTraced) {
    needForRole(asking, role, [...traces, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], '*');
  }
  for (const [, state] of allStates(definition)) {
    if (state.Type === 'Task') needsOfTask(asking, role, state.Resource, state.Arguments);
  }
}

/** Names that are in the definition as they are; one that an expression makes is known only when the Task runs. */
const argumentsSchema = z.looseObject({
  FunctionName: z.string().startsWith('arn:').optional().catch(undefined),
  StateMachineArn: z.string().startsWith('arn:').optional().catch(undefined),
});

function needsOfTask(asking: Asking & Place, role: string, resource: string, args: unknown): void {
  const { FunctionName, StateMachineArn } = argumentsSchema.catch({}).parse(args);
  if (FunctionName !== undefined) {
    const { action, resource: functionArn } = invokeCall(FunctionName, asking);
    needForRole(asking, role, [action], functionArn);
  }
  if (StateMachineArn === undefined) return;
  needForRole(asking, role, ['states:StartExecution'], StateMachineArn);
  if (!resource.endsWith('.sync:2')) return;
  const executions = `${StateMachineArn.replace(':stateMachine:', ':execution:')}:any`;
  needForRole(asking, role, ['states:DescribeExecution', 'states:StopExecution'], executions);
  const rule = `arn:aws:events:${asking.region}:${asking.account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
  needForRole(asking, role, ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], rule);
}
