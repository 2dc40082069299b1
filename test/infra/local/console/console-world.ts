import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { Buckets } from '../../../../infra/local/aws/buckets.ts';
import { startAwsEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { Console } from '../../../../infra/local/console/console.ts';
import { realClock } from '../../../../infra/local/real-clock.ts';
import { StatesService } from '../../../../infra/local/states/service.ts';
import { account, newDirectory, region } from '../aws/fixture.ts';

const arnOf = (name: string) => `arn:aws:states:eu-central-1:000000000000:stateMachine:${name}`;
const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  States: { Begin: { Type: 'Pass', Next: 'Done' }, Done: { Type: 'Succeed' } },
});

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** The console over Step Functions as they run here, and over an API that answers what it is told to. */
export async function startConsole({ connected = true } = {}) {
  const aws = await startStates();
  const machines = { StateMachineArn: arnOf('s'), RelayRunMachineArn: arnOf('r'), StormMachineArn: arnOf('t') };
  for (const arn of Object.values(machines)) {
    aws.states.addMachine({ arn, name: arn.split(':').at(-1) ?? '', definition, roleArn: 'arn:role' });
  }
  /** By path and query. A number is a refusal with that status. */
  const answers: Record<string, unknown> = {};
  const asked: string[] = [];
  const page = new Console();
  const server = createServer((incoming, outgoing) => {
    if (page.answer(incoming, outgoing)) return;
    const path = incoming.url?.replace('/v0', '') ?? '';
    asked.push(`${incoming.headers.authorization} ${path}`);
    const answer = answers[path] ?? 404;
    const refusal = { error: { code: 'forbidden', message: 'The API refuses.' } };
    outgoing.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(typeof answer === 'number' ? refusal : answer));
  });
  const url = await listen(server);
  onTestFinished(async () => {
    page.close();
    server.closeAllConnections();
    server.close();
    await aws.close();
  });
  const connect = () =>
    page.connect({
      ...machines,
      ApiUrl: `${url}/v0`,
      HooksUrl: `${url}/hooks`,
      ApiToken: 'api-token',
      AwsEndpointUrl: aws.endpoint.url,
    });
  if (connected) connect();

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request(`${url}${path}`, { method, headers }, async (response) => {
        const body = Buffer.concat(await response.toArray()).toString();
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
      sent.on('error', reject).end();
    });
  return {
    ...{ page, url, answers, asked, connect, ask },
    json: async (path: string): Promise<unknown> => JSON.parse((await ask(`/console/api/${path}`)).body),
    /** Runs to its end. */
    run: (machine: keyof typeof machines, name: string, input: object) =>
      aws.states.call('StartExecution', { stateMachineArn: machines[machine], name, input: JSON.stringify(input) }),
  };
}

/** Of all services the one that the console asks. */
async function startStates() {
  const none = { call: () => Promise.reject(new Error('The console asks nothing of it')) };
  const callbacks = { run: async () => ({}), onStatusChange: async () => {} };
  const states = await StatesService.open({ region, account, clock: realClock, ...callbacks });
  const buckets = await Buckets.open({ directory: newDirectory() });
  const services = { dynamodb: none, secrets: none, sqs: none, events: none, buckets, states };
  const endpoint = await startAwsEndpoint({ port: 0, services });
  const close = async () => {
    await endpoint.close();
    await states.stop();
  };
  return { states, endpoint, close };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
}
