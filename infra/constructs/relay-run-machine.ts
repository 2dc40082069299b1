import { Duration, Validations } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { relayRunTimeoutSeconds } from '../../functions/contract/limits.ts';
import { relayRunWorkflow } from '../workflow/relay-run/definition.ts';
import { allow, letRead, machineLogs, machineRole } from './machine-parts.ts';
import type { RelayFunction } from './relay-function.ts';
import type { SessionMachine } from './session-machine.ts';

interface RelayRunMachineProps {
  decideStep: RelayFunction;
  sessions: SessionMachine;
  logRetention: RetentionDays;
}

/**
 * The state machine that carries an alert through several rules, one execution per alert; sessions are its children.
 */
export class RelayRunMachine extends Construct {
  readonly arn: string;
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { decideStep, sessions, logRetention }: RelayRunMachineProps) {
    super(scope, id);
    const role = machineRole(this, {
      InvokeFunctions: allow(['lambda:InvokeFunction'], [decideStep.lambda.functionArn]),
      ...sessions.runBy(),
    });
    Validations.of(role).acknowledge({
      id: sessions.executionsFinding,
      reason: 'Sessions are named by their jobs; the machine is the tightest name they share.',
    });
    const workflow = relayRunWorkflow(this, { decideStep, sessions: sessions.machine });
    const machine = new StateMachine(this, 'Machine', {
      comment: 'Relay run: one alert, the rules of its relay in their order, their sessions as executions of their own',
      definitionBody: DefinitionBody.fromChainable(workflow),
      queryLanguage: QueryLanguage.JSONATA,
      timeout: Duration.seconds(relayRunTimeoutSeconds),
      // Complete, as the session machine's is.
      role: role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: machineLogs(this, 'relay-runs', logRetention),
    });
    this.arn = machine.stateMachineArn;
    this.machine = machine;
  }

  /** Single executions by their name, which is the run's id. */
  readBy(...fns: RelayFunction[]): void {
    letRead(this.machine, 'relayRunMachineArn', ...fns);
  }

  startedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) {
      fn.allow(['states:StartExecution'], this.arn);
      fn.setAddress('relayRunMachineArn', this.arn);
    }
  }
}
