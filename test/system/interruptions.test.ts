import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type AgentServer, startAgentServer } from '../support/system/agent-server.ts';
import { startLossyProxy } from '../support/system/lossy-proxy.ts';
import { tracesOf, tracesWith } from '../support/system/secret-scan.ts';
import { fire, inPlace, type System, sharedSystem } from '../support/system/system.ts';

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

  /** Resolves with the alert's job once its session is being polled. */
  async function polledJob(alertId: string) {
    return vi.waitFor(
      async () => {
        const [job] = await system.client.alert.listAgents(alertId);
        const history = JSON.stringify(await system.history(job?.executionId ?? ''));
        expect(history).toContain('"name":"Poll session"');
        return z
          .object({ id: z.string(), executionId: z.string(), jobData: z.record(z.string(), z.unknown()) })
          .parse(job);
      },
      { timeout: 60_000, interval: 200 },
    );
  }

  async function openCode(path: string, init: RequestInit = {}): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`${agent.username}:${agent.password}`).toString('base64')}`;
    const response = await fetch(`${agent.url}${path}`, { ...init, headers: { authorization } });
    return response.json();
  }

  test.each(['POST /session?', '/prompt_async'])(
    '%s repeated after a lost answer: one session, one run',
    async (lost) => {
      const proxy = await startLossyProxy(agent.url, (call) => call.includes(lost));
      const hook = await system.hookFor({ server: { ...agent, url: proxy.url } });
      const finished = await system.outcomeOf(await fire(hook, `lost ${lost}`, '[[write {"path":"once.txt"}]]'));
      expect(finished.outcome).toBe('diff_ready');
      expect(proxy.lost).toBe(1);
      // Later ones are for commands of our own on the server.
      const beforePrompt = proxy.forwarded.slice(
        0,
        proxy.forwarded.findIndex((call) => call.includes('/prompt_async')),
      );
      const creations = beforePrompt.filter((call) => call.startsWith('POST /session?'));
      expect(creations).toHaveLength(1);
      await proxy.close();
    },
  );

  test('a proxy that fails a third of all requests: each call meets that itself, and the patch is whole', async () => {
    const proxy = await startLossyProxy(agent.url, () => false, { refusesEvery: 3 });
    const hook = await system.hookFor({ server: { ...agent, url: proxy.url } });
    const finished = await system.outcomeOf(await fire(hook, 'flaky proxy', '[[write {"path":"flaky.txt"}]]'));
    expect(finished).toMatchObject({ outcome: 'diff_ready', result: { files: 1 } });
    expect(JSON.stringify(await system.history(finished.executionArn))).not.toContain('ServerUnreachable');
    await proxy.close();
  });

  test('an operator stops the execution: the session is aborted and cancelled is recorded', async () => {
    const hook = await system.hookFor({ server: agent, config: inPlace });
    const alertId = await fire(hook, 'operator stop', '[[hang]]');
    const job = await polledJob(alertId);
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

  test('the password is rotated mid-session: the run does not notice', async () => {
    const { hook, integrationId } = await system.relayFor({ server: agent, config: inPlace });
    const alertId = await fire(hook, 'rotation', '[[slow {"n":16,"gap":500}]]');
    await polledJob(alertId);
    await agent.restart({ password: 'rotated-password' });
    await rotateSecret(integrationId, 'rotated-password');
    const finished = await system.outcomeOf(alertId);
    expect(['no_changes', 'diff_ready']).toContain(finished.outcome);
    await agent.restart();
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

  test('the server is killed and restarted mid-session: the run ends, with its story told', async () => {
    const hook = await system.hookFor({ server: agent, config: inPlace });
    const alertId = await fire(hook, 'server killed', '[[slow {"n":16,"gap":500}]]');
    await polledJob(alertId);
    await agent.restart();
    const finished = await system.outcomeOf(alertId);
    expect(['no_changes', 'session_lost']).toContain(finished.outcome);
  });

  test('nothing that these runs left behind holds a password, a token or an Authorization header', async () => {
    const secrets = [
      agent,
      { ...agent, password: 'rotated-password' },
      { username: 'admin', password: system.apiToken },
    ];
    expect(tracesWith(await tracesOf(system), secrets)).toEqual([]);
  });
});
