import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type AgentServer, startAgentServer } from '../support/system/agent-server.ts';
import { connectDriver, recogniseServer } from '../support/system/driver.ts';
import { heldScript } from '../support/system/held.ts';
import { polledJob } from '../support/system/polled-job.ts';
import { tracesOf, tracesWith } from '../support/system/secret-scan.ts';
import { fire, inPlace, type System, sharedSystem } from '../support/system/system.ts';

const rotated = 'rotated-password';

/** What goes wrong in the middle of a session, on the synthesized stack and a real OpenCode server. */
describe('interruptions', () => {
  let system: System;
  let agent: AgentServer;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), startAgentServer()]);
  });
  afterAll(() => agent.stop());

  const awsOptions = () => ({
    endpoint: system.stack.awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  async function openCode(path: string, init: RequestInit = {}): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`${agent.username}:${agent.password}`).toString('base64')}`;
    const response = await fetch(`${agent.url}${path}`, { ...init, headers: { authorization } });
    return response.json();
  }

  test('an operator stops the execution: the session is aborted and cancelled is recorded', async () => {
    const hook = await system.hookFor({ server: agent, config: inPlace });
    const alertId = await fire(hook, 'operator stop', '[[hang]]');
    const job = await polledJob(system, alertId);
    await new SFNClient(awsOptions()).send(
      new StopExecutionCommand({ executionArn: job.executionId, cause: 'not now' }),
    );
    const finished = await system.outcomeOf(alertId);
    expect(finished.outcome).toBe('cancelled');
    expect((await system.execution(job.executionId)).status).toBe('ABORTED');
    const [stopped] = await system.client.alert.listAgents(alertId);
    expect(stopped?.status).toBe('failed');
    const messages = await openCode(`/session/${finished.session?.id}/message`);
    expect(JSON.stringify(messages)).toContain('MessageAbortedError');
  });

  // The answer is held until the server is another one, and comes when the prompt is sent again.
  test('the server is killed mid-session and comes back with another password: the run does not notice', async () => {
    const { hook, integrationId } = await system.relayFor({ server: agent, config: inPlace });
    const { script, release } = await heldScript();
    const alertId = await fire(hook, 'rotation', script);
    await polledJob(system, alertId);
    const access = { ...agent, password: rotated };
    const driver = connectDriver(access);
    await expect(driver.listWorktrees(agent.repository)).rejects.toMatchObject({ name: 'CredentialsRejected' });
    await agent.restart({ password: rotated });
    await rotateSecret(integrationId, rotated);
    await release();
    expect((await recogniseServer(access)).version).toMatch(/^1\./);
    expect(await driver.listWorktrees(agent.repository)).toBeInstanceOf(Array);
    await expect(recogniseServer({ ...access, url: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      name: 'ServerUnreachable',
    });
    expect((await system.outcomeOf(alertId)).outcome).toBe('no_changes');
  });

  async function rotateSecret(integrationId: string, password: string): Promise<void> {
    const secrets = new SecretsManagerClient(awsOptions());
    const prefix = z.string().parse(process.env.SECRET_PREFIX ?? 'OpencodeRelay');
    const SecretId = `${prefix}/integrations/${integrationId}`;
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const credentials = z.object({ username: z.string() }).parse(JSON.parse(SecretString ?? ''));
    await secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ ...credentials, password }) }),
    );
  }

  test('nothing that these runs left behind holds a password, a token or an Authorization header', async () => {
    const secrets = [agent, { ...agent, password: rotated }, { username: 'admin', password: system.apiToken }];
    expect(tracesWith(await tracesOf(system), secrets)).toEqual([]);
  });
});
