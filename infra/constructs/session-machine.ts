import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { PolicyDocument, Role } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, type IStateMachine, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { machineTimeoutSeconds } from '../../functions/contract/limits.ts';
import { sessionWorkflow } from '../workflow/definition.ts';
import type { WorkflowProps } from '../workflow/states.ts';
import { allow, executionsFinding, executionsOf, letRead, machineLogs, machineRole } from './machine-parts.ts';
import type { RelayFunction } from './relay-function.ts';

interface SessionMachineProps extends WorkflowProps {
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
      logs: machineLogs(this, 'sessions', logRetention),
    });
    this.arn = this.#machine.stateMachineArn;
  }

  /** What a machine may do that waits for sessions as its children. By the rule Step Functions hears of their ends. */
  runBy(): Record<string, PolicyDocument> {
    const eventRule = {
      service: 'events',
      resource: 'rule',
      resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
    };
    return {
      StartSessions: allow(['states:StartExecution'], [this.arn]),
      FollowSessions: allow(['states:DescribeExecution', 'states:StopExecution'], [this.#executionsArn]),
      HearOfSessions: allow(
        ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        [Stack.of(this).formatArn(eventRule)],
      ),
    };
  }

  /** For a task that runs a session as its child. */
  get machine(): IStateMachine {
    return this.#machine;
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
        id: this.executionsFinding,
        reason: 'Executions are named when they start; the machine is the tightest name they share.',
      });
    }
  }

  readBy(...fns: RelayFunction[]): void {
    letRead(this.#machine, 'stateMachineArn', ...fns);
  }

  /** What cdk-nag says of a permission on all executions of this machine. */
  get executionsFinding(): string {
    return executionsFinding(this.#machine);
  }

  get #executionsArn(): string {
    return executionsOf(this.#machine);
  }

  #createRole({ bus, apiUrl: _, ...functions }: WorkflowProps): Role {
    return machineRole(this, {
      InvokeFunctions: allow(
        ['lambda:InvokeFunction'],
        Object.values(functions).map(({ lambda }) => lambda.functionArn),
      ),
      PublishOutcome: allow(['events:PutEvents'], [bus.eventBusArn]),
    });
  }
}
