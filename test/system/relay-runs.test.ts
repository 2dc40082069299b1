import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jobIdOf, relayRunIdOf } from '../../functions/domain/job/job-id.ts';
import { eventually } from '../support/eventually.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { fire, inPlace, output, type RuleOptions, type System, sharedSystem } from '../support/system/system.ts';

const inputSchema = z.looseObject({
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string(),
  rule: z.looseObject({ name: z.string() }),
});

type Model = RuleOptions['openCodeModel'] & {};

/** A relay with two rules in one group, on the synthesized stack and a real OpenCode server. */
describe('relay runs', () => {
  let system: System;
  let agent: Agent;
  let sfn: SFNClient;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
    sfn = new SFNClient({
      endpoint: system.stack.awsEndpointUrl,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });

  /** The hook of a new relay, and the ids of its rules in their order. */
  async function relayOf(rules: { name: string; openCodeModel?: Model; config?: Record<string, unknown> }[]) {
    const { client, stack } = system;
    const integration = await client.integration.create({
      name: 'OpenCode for two rules',
      provider: 'opencode',
      apiKey: agent.password,
      metadata: { username: agent.username },
    });
    const relay = await client.relay.create({ name: 'Two rules' });
    const ids: string[] = [];
    for (const { name, ...more } of rules) {
      const config = { agentType: 'opencode' as const, integrationId: integration.id, endpoint: agent.url };
      const rule = await client.relay.rules.create(relay.id, {
        name,
        ruleType: 'agent',
        group: 'fixing',
        config: { ...config, pollInterval: 1_000, maxPollAttempts: 90, ...more },
      });
      ids.push(rule.id);
    }
    const [webhook] = await client.webhook.listByRelay(relay.id);
    return { hook: `${output(stack, 'HooksUrl')}/${webhook?.webhookKey}`, ids };
  }

  /** The execution that carries the alert. */
  const runOf = (alertId: string) =>
    eventually(async () => {
      const stateMachineArn = output(system.stack, 'RelayRunMachineArn');
      const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1_000 }));
      const arn = executions?.find(({ name }) => name === relayRunIdOf(alertId))?.executionArn;
      if (arn === undefined) throw new Error('The run has not begun');
      return arn;
    }, 500);
  const ended = async (arn: string) => {
    await eventually(async () => expect((await system.execution(arn)).status).not.toBe('RUNNING'), 500);
    return system.execution(arn);
  };
  const sessionArn = (alertId: string, ruleId: string) =>
    `${output(system.stack, 'StateMachineArn').replace(':stateMachine:', ':execution:')}:${jobIdOf(alertId, ruleId)}`;

  test('the second rule has its turn after the first has failed, as a child of the same run', async () => {
    const unknown = { providerID: 'stub', modelID: 'not-there' };
    const { hook, ids } = await relayOf([{ name: 'Unknown model', openCodeModel: unknown }, { name: 'Fix it' }]);
    const alertId = await fire(hook, 'two rules', '[[write {"path":"second.txt"}]]');
    const runArn = await runOf(alertId);
    const run = await ended(runArn);
    expect(run.status).toBe('SUCCEEDED');
    expect(JSON.parse(run.output ?? '')).toMatchObject({
      groups: [
        {
          group: 'fixing',
          steps: [
            { rule: 'Unknown model', did: 'started', outcome: 'session_failed' },
            { rule: 'Fix it', did: 'started', outcome: 'diff_ready' },
          ],
        },
      ],
    });
    for (const [at, name] of ['Unknown model', 'Fix it'].entries()) {
      const { input } = await system.execution(sessionArn(alertId, ids[at] ?? ''));
      const started = inputSchema.parse(JSON.parse(input));
      expect(started.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID).toBe(runArn);
      expect(started.rule.name).toBe(name);
    }
    // The start of a child is noted on its job.
    const jobs = z
      .array(z.looseObject({ executionId: z.string() }))
      .parse(await system.client.alert.listAgents(alertId));
    expect(jobs.map(({ executionId }) => executionId).sort()).toEqual(ids.map((id) => sessionArn(alertId, id)).sort());
  });

  test('stopping the run stops its session, and the second rule never begins', async () => {
    const rules = ['Hangs', 'Never'].map((name) => ({ name, config: inPlace }));
    const { hook, ids } = await relayOf(rules);
    const alertId = await fire(hook, 'stopped run', '[[hang]]');
    const runArn = await runOf(alertId);
    const first = sessionArn(alertId, ids[0] ?? '');
    await eventually(async () => expect(JSON.stringify(await system.history(first))).toContain('"Poll session"'), 500);
    await sfn.send(new StopExecutionCommand({ executionArn: runArn, cause: 'enough' }));
    expect((await ended(runArn)).status).toBe('ABORTED');
    expect((await ended(first)).status).toBe('ABORTED');
    expect((await system.outcomeOf(alertId)).outcome).toBe('cancelled');
    const names = (await system.executionArns()).map((arn) => arn.split(':').at(-1));
    expect(names).not.toContain(jobIdOf(alertId, ids[1] ?? ''));
  });
});
