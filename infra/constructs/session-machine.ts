import { ArnFormat, CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { machineTimeoutSeconds } from '../../functions/contract/limits.ts';
import { sessionWorkflow } from '../workflow/definition.ts';
import type { WorkflowProps } from '../workflow/states.ts';
import type { RelayFunction } from './relay-function.ts';

export interface SessionMachineProps extends WorkflowProps {
  logRetention: RetentionDays;
}

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
      timeout: Duration.seconds(machineTimeoutSeconds),
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

  startedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) {
      fn.allow(['states:StartExecution'], this.arn);
      fn.setAddress('stateMachineArn', this.arn);
    }
  }

  /** Single executions by their name, which is the job's id. */
  stoppedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) {
      fn.allow(['states:StopExecution'], this.#executionsArn);
      fn.setAddress('stateMachineArn', this.arn);
      Validations.of(fn).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${this.#logicalId}.Name>:*]`,
        reason: 'Executions are named when they start; the machine is the tightest name they share.',
      });
    }
  }

  get #logicalId(): string {
    const resource = this.#machine.node.defaultChild;
    if (!CfnElement.isCfnElement(resource)) throw new Error('The machine has no resource');
    return Stack.of(this).getLogicalId(resource);
  }

  get #executionsArn(): string {
    return Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.#machine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
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
