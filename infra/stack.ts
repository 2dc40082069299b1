import { CfnOutput, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Bundles } from './bundle.ts';
import { type Configuration, configurationMetadata } from './configuration/schema.ts';
import { AlarmDoors, createAlarmDeadLetters, opensAlarmDoors } from './constructs/alarm-doors.ts';
import { AuditBucket } from './constructs/audit-bucket.ts';
import { CustomerKey } from './constructs/customer-key.ts';
import { DeliveryQueue } from './constructs/delivery-queue.ts';
import { askForFrontHeader, reserveConcurrency } from './constructs/front-door.ts';
import { createFunctions } from './constructs/functions.ts';
import { OutcomeBus } from './constructs/outcome-bus.ts';
import { RelayApi } from './constructs/relay-api.ts';
import { tell } from './constructs/relay-function.ts';
import { RelayRunMachine } from './constructs/relay-run-machine.ts';
import { RelayTable } from './constructs/relay-table.ts';
import { Reports } from './constructs/reports.ts';
import { ResultsBucket } from './constructs/results-bucket.ts';
import { ApiTokens, IntegrationSecrets, SigningSecret, WebhookSecrets } from './constructs/secrets.ts';
import { SessionMachine } from './constructs/session-machine.ts';
import { StackBudget } from './constructs/stack-budget.ts';
import { createStoppedDeadLetters, StoppedExecutions } from './constructs/stopped-executions.ts';
import { StormMachine } from './constructs/storm-machine.ts';
import { Sweep } from './constructs/sweep.ts';
import { watch } from './constructs/watch.ts';
import { WebhookQueue } from './constructs/webhook-queue.ts';

interface RelayStackProps {
  config: Configuration;
  bundles: Bundles;
}

/** From a hook to an outcome on the bus. What a function may do stands with the thing it does it to. */
export class RelayStack extends Stack {
  constructor(scope: Construct, id: string, { config, bundles }: RelayStackProps) {
    super(scope, id, {
      stackName: config.stackName,
      description: 'opencode-relay: from a firing alert to a diff by an OpenCode agent',
      tags: config.tags,
    });
    this.templateOptions.metadata = { [configurationMetadata]: config };
    if (config.permissionsBoundaryArn !== undefined) boundRoles(this, config.permissionsBoundaryArn);
    const key = config.kmsKeyArn === undefined ? undefined : new CustomerKey(this, config.kmsKeyArn);
    const logRetention = config.logRetentionDays;
    const stoppedDeadLetters = createStoppedDeadLetters(this);
    const alarmDeadLetters = opensAlarmDoors(config) ? createAlarmDeadLetters(this) : undefined;
    const functions = createFunctions(this, { bundles, config, stoppedDeadLetters, alarmDeadLetters });
    const { receiveAlert, routeAlert, manage, checkServers, sessionStopped } = functions;
    const { decideStep, runStopped } = functions;
    const { checkStorm, triageStorm, recordRootCause, stormStopped } = functions;
    const { createSession, sendPrompt, pollSession, abortSession, collectResult } = functions;
    const { verifyPatch, sendFindings } = functions;
    const { sweep, clearSession, writeDigest, writeReport } = functions;
    const verifying = [verifyPatch, sendFindings];
    const tasks = [createSession, sendPrompt, pollSession, ...verifying, abortSession, collectResult];
    const callers = [...tasks, sessionStopped, clearSession];

    const allFunctions = Object.values(functions).filter((fn) => fn !== undefined);
    key?.usedBy(allFunctions);

    const table = new RelayTable(this, 'Data', config);
    table.lookedUpBy(receiveAlert);
    table.deliveriesRememberedBy(receiveAlert);
    table.readAndWrittenBy(routeAlert, manage);
    table.listedBy(manage);
    table.sweptBy(sweep);
    sweep.setAddress('alertRetentionDays', String(config.alertRetentionDays));
    table.updatedBy(createSession, sendPrompt, pollSession, collectResult, sessionStopped, clearSession);
    table.updatedBy(...verifying);
    table.lookedUpBy(abortSession);
    table.readBy(writeReport);
    table.readAndWrittenBy(decideStep);
    table.keptBy(runStopped);
    table.readAndWrittenBy(checkStorm, triageStorm, recordRootCause, stormStopped);
    table.readInBatchesBy(routeAlert, checkStorm, triageStorm, recordRootCause, stormStopped);

    table.requestsCountedBy(receiveAlert);
    receiveAlert.setAddress('hookRatePerSecond', String(config.hookRatePerSecond));
    reserveConcurrency(config, { hooks: receiveAlert, tasks });
    const { sendHeartbeat } = functions;
    const heartbeats = sendHeartbeat ? [sendHeartbeat] : [];
    for (const fn of heartbeats) table.heartbeatKeptBy(fn);
    const frontSecretArn = askForFrontHeader(this, config, [receiveAlert, manage, ...heartbeats]);

    const budget = new StackBudget(config);
    budget.heededBy(routeAlert, manage, decideStep, checkStorm, triageStorm, sweep);

    const apiTokens = new ApiTokens(this, 'ApiTokens');
    apiTokens.readBy(manage);
    manage.setAddress('tokenRatePerSecond', String(config.tokenRatePerSecond));

    const passwords = new IntegrationSecrets(this, 'Passwords', config.stackName);
    passwords.writtenBy(manage);
    passwords.readBy(...callers, checkServers);
    tell([...callers, checkServers, manage], 'privateServers', config.privateServers);
    checkServers.calledBy(manage, 'checkServersFunction');

    const signingKeys = new WebhookSecrets(this, 'SigningKeys', config.stackName);
    signingKeys.writtenBy(manage);
    signingKeys.readBy(receiveAlert);

    const deliveries = new DeliveryQueue(this, 'Deliveries', {
      consumer: routeAlert,
      consumers: config.deliveryConsumers,
    });
    deliveries.filledBy(receiveAlert);

    const { callWebhook } = functions;
    const webhookCalls = new WebhookQueue(this, 'WebhookCalls', {
      consumer: callWebhook,
      consumers: config.webhookConsumers,
    });
    webhookCalls.filledBy(routeAlert, decideStep, checkStorm, manage);
    tell([callWebhook, manage], 'privateWebhooks', config.privateWebhooks);
    tell([...callers, checkServers, manage, callWebhook], 'privateHosts', config.privateHosts.join(','));
    table.callsRecordedBy(callWebhook);
    tell(allFunctions, 'stackName', config.stackName);
    tell(allFunctions, 'metricDimensions', config.metricDimensions.join(','));
    const signing = new SigningSecret(this, 'WebhookSigning');
    signing.readBy(callWebhook);

    const { receiveAlarm } = functions;
    if (receiveAlarm && alarmDeadLetters) {
      table.lookedUpBy(receiveAlarm);
      table.deliveriesRememberedBy(receiveAlarm);
      deliveries.filledBy(receiveAlarm);
      new AlarmDoors(this, 'AlarmDoors', { config, handler: receiveAlarm, deadLetters: alarmDeadLetters });
    }

    const results = new ResultsBucket(this, 'Results', { retentionDays: config.resultRetentionDays });
    results.filledBy(collectResult, sessionStopped);
    results.amendedBy(collectResult, sessionStopped);
    results.servedBy(manage);
    results.erasedBy(manage);
    results.readBy(recordRootCause);
    results.reportedBy(writeReport);
    writeReport.calledBy(manage, 'writeReportFunction');

    const audit = new AuditBucket(this, 'Audit', config);
    audit.recordedBy(collectResult, sessionStopped, sweep, manage);
    audit.digestedBy(writeDigest);

    const outcomes = new OutcomeBus(this, 'Outcomes');
    outcomes.publishedToBy(sessionStopped);
    new Reports(this, 'Reports', { outcomes, writer: writeReport });

    const api = new RelayApi(this, 'Api', {
      hooks: receiveAlert,
      management: manage,
      throttle: { ratePerSecond: config.throttleRatePerSecond, burst: config.throttleBurst },
      logRetention,
      domain: domainOf(config),
    });
    sessionStopped.setAddress('apiUrl', api.managementUrl);

    const machine = new SessionMachine(this, 'Sessions', {
      createSession,
      sendPrompt,
      pollSession,
      abortSession,
      collectResult,
      verifyPatch,
      sendFindings,
      bus: outcomes.bus,
      apiUrl: api.managementUrl,
      logRetention,
    });
    machine.startedBy(routeAlert, manage);
    machine.stoppedBy(routeAlert, manage);
    const runs = new RelayRunMachine(this, 'RelayRuns', { decideStep, sessions: machine, logRetention });
    runs.startedBy(routeAlert);
    runs.readBy(runStopped);
    machine.stoppedBy(decideStep, runStopped);
    new StoppedExecutions(this, 'StoppedRuns', { machine: runs, handler: runStopped, deadLetters: stoppedDeadLetters });
    const storms = new StormMachine(this, 'Storms', {
      ...{ checkStorm, triageStorm, recordRootCause },
      ...{ sessions: machine, logRetention },
    });
    storms.startedBy(routeAlert, decideStep, manage);
    storms.stoppedBy(manage);
    machine.startedBy(checkStorm);
    machine.stoppedBy(checkStorm, stormStopped);
    new StoppedExecutions(this, 'StoppedStorms', {
      machine: storms,
      handler: stormStopped,
      deadLetters: stoppedDeadLetters,
    });
    new StoppedExecutions(this, 'Stopped', { machine, handler: sessionStopped, deadLetters: stoppedDeadLetters });

    machine.readBy(sweep);
    runs.readBy(sweep);
    storms.readBy(sweep);
    new Sweep(this, 'Upkeep', { sweep, clearSession, machine, deadLetters: stoppedDeadLetters });

    watch(this, {
      ...{
        config,
        api,
        functions: allFunctions,
        sweep,
        writeReport,
        pollSession,
        sendHeartbeat,
        deliveries,
        webhookCalls,
      },
      ...{ stopped: stoppedDeadLetters, alarmDeadLetters, machines: { sessions: machine, runs, storms } },
    });

    this.#output({
      ApiUrl: api.managementUrl,
      HooksUrl: api.hooksUrl,
      ApiTokenSecretArn: apiTokens.arn,
      StateMachineArn: machine.arn,
      RelayRunMachineArn: runs.arn,
      StormMachineArn: storms.arn,
      WebhookSigningSecretArn: signing.arn,
      WebhookCallsArn: webhookCalls.queue.queueArn,
      WebhookCallsDeadLettersArn: webhookCalls.deadLetters.queueArn,
      DeliveriesDeadLettersArn: deliveries.deadLetters.queueArn,
      StoppedDeadLettersArn: stoppedDeadLetters.queueArn,
      TableName: table.name,
      ResultsBucketName: results.name,
      AuditBucketName: audit.name,
      EventBusName: outcomes.name,
      ...(frontSecretArn !== undefined && { FrontSecretArn: frontSecretArn }),
      ...(api.domainTarget !== undefined && { DomainTarget: api.domainTarget }),
    });
  }

  #output(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}

/** Where an organisation lets nobody make a role without its boundary. */
const boundRoles = (stack: Stack, arn: string): void =>
  PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', arn));

const domainOf = ({ domainName: name, domainCertificateArn: certificateArn }: Configuration) =>
  name === undefined || certificateArn === undefined ? undefined : { name, certificateArn };
