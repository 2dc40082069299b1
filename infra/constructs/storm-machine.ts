import { Duration, Validations } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { stormTimeoutSeconds } from '../../functions/contract/storm.ts';
import { stormWorkflow } from '../workflow/storm/definition.ts';
import { allow, executionsFinding, executionsOf, letRead, machineLogs, machineRole } from './machine-parts.ts';
import type { RelayFunction } from './relay-function.ts';
import type { SessionMachine } from './session-machine.ts';

interface StormMachineProps {
  checkStorm: RelayFunction;
  triageStorm: RelayFunction;
  recordRootCause: RelayFunction;
  sessions: SessionMachine;
  logRetention: RetentionDays;
}

/** The state machine "Alert storm": one execution for each time that a rule holds alerts back. */
export class StormMachine extends Construct {
  readonly arn: string;
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { sessions, logRetention, ...functions }: StormMachineProps) {
    super(scope, id);
    const role = machineRole(this, {
      InvokeFunctions: allow(
        ['lambda:InvokeFunction'],
        Object.values(functions).map(({ lambda }) => lambda.functionArn),
      ),
      ...sessions.runBy(),
    });
    Validations.of(role).acknowledge({
      id: sessions.executionsFinding,
      reason: 'Sessions are named by their jobs; the machine is the tightest name they share.',
    });
    const machine = new StateMachine(this, 'Machine', {
      comment: 'Alert storm: what a rule holds back, let go one by one or given to one session',
      definitionBody: DefinitionBody.fromChainable(stormWorkflow(this, { ...functions, sessions: sessions.machine })),
      queryLanguage: QueryLanguage.JSONATA,
      timeout: Duration.seconds(stormTimeoutSeconds),
      // Complete, as the session machine's is.
      role: role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: machineLogs(this, 'storms', logRetention),
    });
    this.arn = machine.stateMachineArn;
    this.machine = machine;
  }

  /** Single executions by their name, which is the storm's id. */
  readBy(...fns: RelayFunction[]): void {
    letRead(this.machine, 'stormMachineArn', ...fns);
  }

  startedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) {
      fn.allow(['states:StartExecution'], this.arn);
      fn.setAddress('stormMachineArn', this.arn);
    }
  }

  /** Single executions by their name, which is the storm's id. */
  stoppedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) {
      fn.allow(['states:StopExecution'], executionsOf(this.machine));
      fn.setAddress('stormMachineArn', this.arn);
      Validations.of(fn).acknowledge({
        id: executionsFinding(this.machine),
        reason: 'Executions are named when they start; the machine is the tightest name they share.',
      });
    }
  }
}
