import { ArnFormat, CfnElement, Fn, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogLevel, type LogOptions, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { environment } from '../../functions/contract/environment.ts';
import { keyOf } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';
import type { RelayFunction } from './relay-function.ts';

export const allow = (actions: string[], resources: string[]): PolicyDocument =>
  new PolicyDocument({ statements: [new PolicyStatement({ actions, resources })] });

/** A machine's own log group, named by what it runs. */
export const machineLogs = (scope: Construct, what: string, retention: RetentionDays): LogOptions => ({
  level: LogLevel.ALL,
  // The console shows for 90 days what states were given, and audit records stay; here it would be most of the bytes.
  includeExecutionData: false,
  destination: new LogGroup(scope, 'Logs', {
    // Under this prefix a delivery takes no room in the log resource policy, whose size is limited.
    logGroupName: `/aws/vendedlogs/states/${Stack.of(scope).stackName}-${what}-${stackUuid(scope)}`,
    retention,
    ...keyOf(scope),
    removalPolicy: dataPolicy,
  }),
});

/** Of this stack alone: another one of the same name, after it, finds the log groups that it has left behind. */
const stackUuid = (scope: Construct): string => Fn.select(2, Fn.split('/', Stack.of(scope).stackId));

/** The role of a machine, which may trace and log, and what `policies` say. */
export function machineRole(scope: Construct, policies: Record<string, PolicyDocument>): Role {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('states.amazonaws.com'),
    inlinePolicies: {
      ...policies,
      Trace: allow(
        ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
        ['*'],
      ),
      DeliverLogs: allow(
        [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
        ],
        ['*'],
      ),
    },
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'X-Ray and the log delivery of Step Functions take no resource; a test holds that no other action has a wildcard.',
  });
  return role;
}

/** All executions of a machine: a single one has its name only when it starts. */
export const executionsOf = (machine: StateMachine): string =>
  Stack.of(machine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** What cdk-nag says of a permission on all executions of a machine. */
export function executionsFinding(machine: StateMachine): string {
  const resource = machine.node.defaultChild;
  if (!CfnElement.isCfnElement(resource)) throw new Error('The machine has no resource');
  const name = `<${Stack.of(machine).getLogicalId(resource)}.Name>`;
  return `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}:*]`;
}

/** Lets functions ask how single executions stand, by their name. */
export function letRead(machine: StateMachine, address: keyof typeof environment, ...fns: RelayFunction[]): void {
  for (const fn of fns) {
    fn.allow(['states:DescribeExecution'], executionsOf(machine));
    fn.setAddress(address, machine.stateMachineArn);
    Validations.of(fn).acknowledge({
      id: executionsFinding(machine),
      reason: 'Executions are named when they start; the machine is the tightest name they share.',
    });
  }
}
