import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Bundles } from './bundle.ts';
import type { Config } from './config.ts';
import { AlarmDoors, createAlarmDeadLetters, opensAlarmDoors } from './constructs/alarm-doors.ts';
import { DeliveryQueue } from './constructs/delivery-queue.ts';
import { createFunctions } from './constructs/functions.ts';
import { OutcomeBus } from './constructs/outcome-bus.ts';
import { RelayApi } from './constructs/relay-api.ts';
import { RelayTable } from './constructs/relay-table.ts';
import { ResultsBucket } from './constructs/results-bucket.ts';
import { ApiTokens, IntegrationSecrets, WebhookSecrets } from './constructs/secrets.ts';
import { SessionMachine } from './constructs/session-machine.ts';
import { createStoppedDeadLetters, StoppedExecutions } from './constructs/stopped-executions.ts';

export interface RelayStackProps {
  config: Config;
  bundles: Bundles;
}

/** From a hook to an outcome on the bus. What a function may do stands with the thing it does it to. */
export class RelayStack extends Stack {
  constructor(scope: Construct, id: string, { config, bundles }: RelayStackProps) {
    super(scope, id, {
      stackName: config.stackName,
      description: 'opencode-relay: from a firing alert to a diff by an OpenCode agent',
    });
    const logRetention = config.logRetentionDays;
    const stoppedDeadLetters = createStoppedDeadLetters(this);
    const alarmDeadLetters = opensAlarmDoors(config) ? createAlarmDeadLetters(this) : undefined;
    const functions = createFunctions(this, { bundles, logRetention, stoppedDeadLetters, alarmDeadLetters });
    const { receiveAlert, routeAlert, manage, checkServers, executionStopped } = functions;
    const { createSession, sendPrompt, pollSession, abortSession, collectResult } = functions;
    const tasks = [createSession, sendPrompt, pollSession, abortSession, collectResult];
    const callers = [...tasks, executionStopped];

    const table = new RelayTable(this, 'Data');
    table.lookedUpBy(receiveAlert);
    table.deliveriesRememberedBy(receiveAlert);
    table.readAndWrittenBy(routeAlert, manage);
    table.listedBy(manage);
    table.updatedBy(...callers);

    const apiTokens = new ApiTokens(this, 'ApiTokens');
    apiTokens.readBy(manage);
    manage.setAddress('tokenRatePerSecond', String(config.tokenRatePerSecond));

    const passwords = new IntegrationSecrets(this, 'Passwords', config.stackName);
    passwords.writtenBy(manage);
    passwords.readBy(...callers, checkServers);
    for (const fn of [...callers, checkServers, manage]) fn.setAddress('privateHosts', config.privateHosts.join(','));
    checkServers.calledBy(manage, 'checkServersFunction');

    const signingKeys = new WebhookSecrets(this, 'SigningKeys', config.stackName);
    signingKeys.writtenBy(manage);
    signingKeys.readBy(receiveAlert);

    const deliveries = new DeliveryQueue(this, 'Deliveries', { consumer: routeAlert });
    deliveries.filledBy(receiveAlert);

    const { receiveAlarm } = functions;
    if (receiveAlarm && alarmDeadLetters) {
      table.lookedUpBy(receiveAlarm);
      table.deliveriesRememberedBy(receiveAlarm);
      deliveries.filledBy(receiveAlarm);
      new AlarmDoors(this, 'AlarmDoors', { config, handler: receiveAlarm, deadLetters: alarmDeadLetters });
    }

    const results = new ResultsBucket(this, 'Results', { retentionDays: config.resultRetentionDays });
    results.filledBy(collectResult, executionStopped);
    results.servedBy(manage);

    const outcomes = new OutcomeBus(this, 'Outcomes');
    outcomes.publishedToBy(executionStopped);

    const machine = new SessionMachine(this, 'Sessions', {
      createSession,
      sendPrompt,
      pollSession,
      abortSession,
      collectResult,
      bus: outcomes.bus,
      logRetention,
    });
    machine.startedBy(routeAlert, manage);
    machine.stoppedBy(routeAlert, manage);
    new StoppedExecutions(this, 'Stopped', { machine, handler: executionStopped, deadLetters: stoppedDeadLetters });

    const api = new RelayApi(this, 'Api', {
      hooks: receiveAlert,
      management: manage,
      throttle: { ratePerSecond: config.throttleRatePerSecond, burst: config.throttleBurst },
      logRetention,
    });

    this.#output({
      ApiUrl: api.managementUrl,
      HooksUrl: api.hooksUrl,
      ApiTokenSecretArn: apiTokens.arn,
      StateMachineArn: machine.arn,
      TableName: table.name,
      ResultsBucketName: results.name,
      EventBusName: outcomes.name,
    });
  }

  #output(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
