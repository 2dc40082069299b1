import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { stackStopped } from '../../functions/contract/error-names.ts';
import { heartbeat } from '../../functions/contract/heartbeat.ts';
import { executionFoundEnded, sessionLeftBehind } from '../../functions/contract/sweep.ts';
import { relayRunIdOf } from '../../functions/domain/job/job-id.ts';
import { isFiredBy, type SynthesizedAlarm } from '../support/alarm-firing.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/property-runs.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { polledJob } from '../support/system/polled-job.ts';
import { sharedAlarms } from '../support/system/shared-alarms.ts';
import { fire, inPlace, type OwnSystem, startSystem } from '../support/system/system.ts';

const sweptSchema = z.object({
  ...{ status: z.literal('swept'), sessions: z.int(), storms: z.int(), runs: z.int(), leftovers: z.int() },
  failed: z.literal(0),
});
const decisionsSchema = z.object({
  decisions: z.array(z.object({ ruleId: z.string(), effectiveReason: z.string(), jobId: z.string().nullable() })),
});

/** Of our own events the first of each kind is lost too. */
const lostOnce = new Set<string>([executionFoundEnded, sessionLeftBehind]);

/** A stack on which every event is lost that Step Functions sends, with a real OpenCode server. */
describe('a stack that loses the events of its executions', () => {
  let system: OwnSystem;
  let agent: Agent;
  let sfn: SFNClient;
  let lambda: LambdaClient;
  let names: string[] = [];
  let alarms: Map<string, SynthesizedAlarm>;

  beforeAll(async () => {
    [system, agent] = await Promise.all([
      startSystem({
        dropsEvent: (event) => event.source === 'aws.states' || lostOnce.delete(event['detail-type']),
      }),
      sharedAgent(),
    ]);
    alarms = await sharedAlarms();
    const aws = {
      endpoint: system.stack.awsEndpointUrl,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    sfn = new SFNClient(aws);
    lambda = new LambdaClient(aws);
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand());
    names = Functions.map((each) => each.FunctionName ?? '');
  });
  afterAll(() => system.stop());

  async function sweep() {
    return sweptSchema.parse(await invoke('Sweep', { graceSeconds: 0 }));
  }

  async function invoke(part: string, payload: object): Promise<unknown> {
    const FunctionName = names.find((name) => name.includes(part));
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
    return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
  }

  /** Which alarms fire by what all functions of this stack have printed so far. */
  function firing(): string[] {
    const logs = join(system.dataDirectory, 'logs');
    const lines = readdirSync(logs).flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'));
    const counts = lines.filter((line) => line.includes('"_aws"'));
    return [...alarms.values()].flatMap((alarm) => (isFiredBy(alarm, counts) ? [alarm.name] : []));
  }

  async function ask(path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${system.stack.outputs.ApiUrl}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${system.apiToken}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(200);
    return response.json();
  }
  const reasonsOf = async (alertId: string) =>
    decisionsSchema.parse(await ask(`/alerts/${alertId}/decisions`)).decisions.map((each) => each.effectiveReason);
  const ledgerOf = async (relayId: string) =>
    z.object({ ledger: z.looseObject({}) }).parse(await ask(`/relay/${relayId}/ledger`)).ledger;
  const seen = (check: () => Promise<void>) => eventually(check, 500);
  const stop = (executionArn: string, error?: string) => sfn.send(new StopExecutionCommand({ executionArn, error }));

  async function worktrees(): Promise<string> {
    const authorization = `Basic ${Buffer.from(`${agent.username}:${agent.password}`).toString('base64')}`;
    const directory = encodeURIComponent(agent.repository);
    const response = await fetch(`${agent.url}/experimental/worktree?directory=${directory}`, {
      headers: { authorization },
    });
    return response.text();
  }

  test('ends a session by the sweep, and leaves nothing on the server', async () => {
    const hook = await system.hookFor({ server: agent });
    const alertId = await fire(hook, 'lost end', '[[hang]]');
    const { id, executionId } = await polledJob(system, alertId);
    const worktree = `relay-${id.replace('job_', '')}`;
    expect(await worktrees()).toContain(worktree);
    await stop(executionId);
    expect((await sweep()).sessions).toBe(1);
    // What the sweep said of it was lost, so it is said again.
    expect((await sweep()).sessions).toBe(1);
    const finished = await system.outcomeOf(alertId);
    expect(finished.outcome).toBe('cancelled');
    await seen(async () => {
      await sweep();
      expect(await worktrees()).not.toContain(worktree);
    });
    await seen(async () => expect(await sweep()).toMatchObject({ sessions: 0, leftovers: 0 }));
    expect([...lostOnce]).toEqual([]);
  });

  test.runIf(isLong)('marks what a storm held, and replays it', async () => {
    const config = { ...inPlace };
    const storm = { stormThreshold: 3, stormWindowSeconds: 300, maxImmediateDispatches: 0 };
    const { hook, relayId } = await system.relayFor({ server: agent, config, ...storm });
    const alertId = await fire(hook, 'held', '[[text]]');
    await seen(async () => expect(await reasonsOf(alertId)).toEqual(['storm_held']));
    const [arn = ''] = await system.executionsOf(relayId, 'StormMachineArn');
    await stop(arn, stackStopped);
    expect((await sweep()).storms).toBe(1);
    await seen(async () => {
      expect(await reasonsOf(alertId)).toEqual(['storm_failed']);
      // Moved after the decision, by a write of its own.
      expect(await ledgerOf(relayId)).toMatchObject({ accepted: 1, reasons: { storm_failed: 1 }, undecided: 0 });
    });
    const [ruleId] = (await system.client.relay.rules.list(relayId)).map((rule) => rule.id);
    const answer = await ask(`/relay/${relayId}/failed/replay`, { alerts: [{ alertId, ruleId }] });
    expect(answer).toMatchObject({ replay: { decided: { storm_held: 1 } } });
    expect(await ledgerOf(relayId)).toMatchObject({ accepted: 1, reasons: { storm_held: 1 }, undecided: 0 });
  });

  test.runIf(isLong)('settles the turns of a relay run', async () => {
    const { hook, relayId, integrationId } = await system.relayFor({ server: agent, config: inPlace });
    const [first] = await system.client.relay.rules.list(relayId);
    await system.client.relay.rules.create(relayId, {
      name: 'Later',
      ruleType: 'agent',
      group: first?.group ?? 'default',
      delayMinutes: 60,
      order: 5,
      config: { agentType: 'opencode', integrationId, endpoint: agent.url },
    });
    const alertId = await fire(hook, 'run', '[[hang]]');
    const { executionId } = await polledJob(system, alertId);
    await seen(async () => expect(await reasonsOf(alertId)).toContain('scheduled'));
    const [runArn = ''] = await system.executionsOf(relayId, 'RelayRunMachineArn');
    expect(runArn).toContain(relayRunIdOf(alertId));
    await stop(runArn);
    await seen(async () => expect((await system.execution(executionId)).status).toBe('ABORTED'));
    expect(await sweep()).toMatchObject({ runs: 1, sessions: 1 });
    expect((await system.outcomeOf(alertId)).outcome).toBe('cancelled');
    await seen(async () => expect(new Set(await reasonsOf(alertId))).toEqual(new Set(['started', 'not_needed'])));
  });

  test('takes the heartbeat at the door of senders, and by its counts the alarms fire that should', async () => {
    expect(firing()).toEqual(expect.arrayContaining(['HeartbeatMissing', 'SweepFound']));
    expect(await invoke('SendHeartbeat', {})).toEqual({ status: 'sent' });
    await seen(async () => expect(firing()).not.toContain('HeartbeatMissing'));
    const account = { accepted: 1, reasons: { no_rules: 1 }, undecided: 0 };
    await seen(async () => expect(await ledgerOf(heartbeat.relayId)).toMatchObject(account));
    const { relays } = z.object({ relays: z.array(z.object({ id: z.string() })) }).parse(await ask('/relay'));
    expect(relays.map(({ id }) => id)).not.toContain(heartbeat.relayId);
    expect(firing()).not.toEqual(expect.arrayContaining(['Undecided']));
  });
});
