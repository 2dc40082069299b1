import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { limits } from '../../functions/contract/limits.ts';
import { sessionWorkflow } from '../workflow/definition.ts';
import { TASK_MARGIN_SECONDS, type WorkflowProps } from '../workflow/states.ts';
import type { RelayFunction } from './relay-function.ts';

export interface SessionMachineProps extends WorkflowProps {
  logRetention: RetentionDays;
}

/** Creating, prompting, aborting, collecting and publishing with every retry take less than half of this. */
const AROUND_POLLING_SECONDS = 3_600;

/** The state machine, one execution per session. */
export class SessionMachine extends Construct {
  readonly arn: string;
  readonly #machine: StateMachine;

  constructor(scope: Construct, id: string, { logRetention, ...workflow }: SessionMachineProps) {
    super(scope, id);
    this.#machine = new StateMachine(this, 'Machine', {
      comment: 'OpenCode session: one alert, one rule, one agent at work, one outcome',
      definitionBody: DefinitionBody.fromChainable(sessionWorkflow(this, workflow)),
      queryLanguage: QueryLanguage.JSONATA,
      timeout: Duration.seconds(longestSessionSeconds(workflow.pollSession)),
      // The role below is complete: what CDK would add is wider, e.g. all versions of each function.
      role: this.#createRole(workflow).withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        // The console keeps a closed execution for 90 days; an audit may come later. The data holds no secret.
        includeExecutionData: true,
        destination: new LogGroup(this, 'Logs', {
          // Under this prefix a delivery takes no room in the log resource policy, whose size is limited.
          logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-sessions`,
          retention: logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });
    this.arn = this.#machine.stateMachineArn;
  }

  startedBy(fn: RelayFunction): void {
    fn.allow(['states:StartExecution'], this.arn);
    fn.setAddress('stateMachineArn', this.arn);
  }

  #createRole({ bus, ...functions }: WorkflowProps): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      inlinePolicies: {
        InvokeFunctions: allow(
          ['lambda:InvokeFunction'],
          Object.values(functions).map(({ lambda }) => lambda.functionArn),
        ),
        PublishOutcome: allow(['events:PutEvents'], [bus.eventBusArn]),
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
}

const allow = (actions: string[], resources: string[]): PolicyDocument =>
  new PolicyDocument({ statements: [new PolicyStatement({ actions, resources })] });

/** A second limit behind `maxPollAttempts`: all polls at the longest interval, each as slow as its task may be. */
function longestSessionSeconds(pollSession: { timeoutSeconds: number }): number {
  const slowestPollSeconds = limits.pollIntervalMs.max / 1_000 + pollSession.timeoutSeconds + TASK_MARGIN_SECONDS;
  return limits.maxPollAttempts.max * slowestPollSeconds + AROUND_POLLING_SECONDS;
}
