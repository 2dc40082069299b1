import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { listen } from '../../../infra/local/aws/endpoint/listen.ts';
import { projectRoot } from '../../support/source-files.ts';
import { integration, resetSecrets, startSdk } from './prepare-sdk.ts';

/** What the package is as npm installed it. */
const dist = join(projectRoot, 'node_modules/@beepsdev/cli/dist');
const beepsProcess = fileURLToPath(new URL('beeps-process.ts', import.meta.url));
const endedSchema = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
const simulateAt = '2027-03-01T12:00:00.000Z';

/** A file as its author writes it: relays by key, the integration by its provider. */
const configOf = (...keys: string[]) => ({
  version: 1,
  relays: [{ externalKey: 'checkout', name: 'Checkout', description: 'orders and totals', repeat: 'once' }],
  integrations: [
    { provider: 'opencode', name: 'OpenCode', apiKeyEnv: 'OPENCODE_API_KEY', metadata: { username: 'alice' } },
  ],
  relayRules: keys.map((externalKey, order) => ({
    externalKey,
    relayExternalKey: 'checkout',
    name: `Rule ${externalKey}`,
    group: 'agents',
    order,
    delayMinutes: order,
    ruleType: 'agent',
    enabled: true,
    config: {
      pollInterval: 5_000,
      agentType: 'opencode',
      integrationProvider: 'opencode',
      endpoint: 'https://opencode.internal.corp:4096',
      openCodeModel: { providerID: 'anthropic', modelID: 'claude' },
      config: { directory: '/srv/checkout', match: { severity: { atLeast: 'high' } } },
    },
  })),
});

/**
 * The official CLI, unmodified, in a process of its own and over HTTP, on the whole function. One process takes most of
 * the commands.
 */
describe('the management API through the CLI', () => {
  let sdk: Awaited<ReturnType<typeof startSdk>>;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let child: ChildProcess;
  const server = createServer(async (request, response) => {
    const { method = '', url = '/', headers } = request;
    const body = await text(request);
    const { authorization = '' } = headers;
    const init = { method, headers: { authorization }, ...(body !== '' && { body }) };
    const answer = await sdk.answer(`http://127.0.0.1${url}`, init);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });

  beforeAll(async () => {
    [sdk, folder] = await Promise.all([startSdk(), mkdtemp(join(tmpdir(), 'cli-'))]);
    env = {
      PATH: process.env.PATH,
      XDG_CONFIG_HOME: folder,
      BEEPS_BASE_URL: `http://127.0.0.1:${await listen(server, 0, 1_000)}/v0`,
      BEEPS_ACCESS_TOKEN: 'a-token',
      OPENCODE_API_KEY: 'the-password',
    };
    child = fork(beepsProcess, [pathToFileURL(join(dist, 'index.js')).href], { cwd: folder, env, execArgv: [] });
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    child.kill();
    server.close();
    await Promise.all([sdk.stop(), rm(folder, { recursive: true })]);
  });
  beforeEach(resetSecrets);

  /** What it prints. Rejects, with what it printed, where it ends in anything but 0. */
  const beeps = async (command: string): Promise<string> => {
    const answered = once(child, 'message');
    child.send(command.split(' '));
    const { code, stdout, stderr } = endedSchema.parse((await answered)[0]);
    if (code !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
    return stdout;
  };
  /** The same by a process of its own, from its start to its exit code. */
  const beepsAlone = (command: string): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [join(dist, 'bin.js'), ...command.split(' ')],
        { env, cwd: folder },
        (error, stdout, stderr) => (error ? reject(new Error(`${command}: ${stdout}${stderr}`)) : resolve(stdout)),
      );
    });
  const write = (name: string, config: object) =>
    writeFile(join(folder, name), `export default ${JSON.stringify(config)} as const;\n`, { mode: 0o600 });
  const planned = async (name: string) => {
    const plan: Record<string, { action: string }[]> = JSON.parse(await beeps(`relay plan --file ${name} --json`));
    return Object.values(plan)
      .flat()
      .map(({ action }) => action);
  };
  const relayId = async () => (await sdk.client.relay.list()).find(({ externalKey }) => externalKey === 'checkout')?.id;

  test('lists of what this system never has are empty, and only making one is refused', async () => {
    expect(await beeps('whoami')).toContain('BEEPS_ACCESS_TOKEN');
    expect(await beeps('schedule list')).toBe('no schedules found\n');
    expect(await beeps('contact-method list --json')).toBe('[]\n');
    const add = beepsAlone('contact-method add --transport email --value alice@example.com');
    await expect(add).rejects.toThrow('Contact methods are not supported');
  });

  test('what a file says is planned, applied, exported and applied again, after which nothing is left to do', async () => {
    await write('ours.config.ts', configOf('first', 'second'));
    expect(await planned('ours.config.ts')).toEqual(['create', 'error', 'error']);
    expect(await beepsAlone('relay apply --file ours.config.ts')).toContain('relay rules reordered: checkout');
    expect(await planned('ours.config.ts')).toEqual(['no_change', 'no_change', 'no_change']);

    expect(await beeps('relay export --output exported.config.ts')).toContain('exported');
    expect(await readFile(join(folder, 'exported.config.ts'), 'utf8')).not.toContain('the-password');
    await beeps('relay apply --file exported.config.ts');
    expect(await planned('exported.config.ts')).toEqual(['no_change', 'no_change', 'no_change']);
    expect(await planned('ours.config.ts')).toEqual(['no_change', 'no_change', 'no_change']);
    expect(await sdk.client.relay.list()).toMatchObject([{ repeatPolicy: 'once', description: 'orders and totals' }]);
    expect(await sdk.client.integration.list()).toMatchObject([{ name: 'OpenCode', metadata: { username: 'alice' } }]);

    const simulated = await beeps(`relay simulate --relay-id ${await relayId()} --simulate-at ${simulateAt}`);
    expect(simulated).toMatch(/Alert: Simulated alert .*\n(.*\n)*- agent Rule first \(opencode\)\n- agent Rule second/);
    expect(await beeps(`relay lint --relay-id ${await relayId()} --coverage-days 7`)).toContain('passed');
  });

  test('a rule that the SDK made differs in the order of its keys until its export was applied once', async () => {
    const { id } = await sdk.client.relay.create({ name: 'Search', externalKey: 'search' });
    const [{ id: integrationId } = await sdk.client.integration.create(integration('OpenCode'))] =
      await sdk.client.integration.list();
    const endpoint = 'https://opencode.internal.corp:4096';
    const config = { agentType: 'opencode' as const, integrationId, endpoint };
    await sdk.client.relay.rules.create(id, { name: 'Made', externalKey: 'made', ruleType: 'agent', config });
    await beeps('relay export --output made.config.ts');
    expect((await planned('made.config.ts')).sort()).toContain('update');
    await beeps('relay apply --file made.config.ts');
    expect(new Set(await planned('made.config.ts'))).toEqual(new Set(['no_change']));
  });

  test('--prune takes out keyed rules that the file does not have, and no other', async () => {
    await write('both.config.ts', configOf('first', 'second'));
    await beeps('relay apply --file both.config.ts');
    const id = (await relayId()) ?? '';
    const unkeyed = await sdk.client.relay.rules.create(id, {
      name: 'By hand',
      ruleType: 'webhook',
      config: { endpoint: 'https://chat.example.com/hook' },
    });
    await write('one.config.ts', configOf('second'));
    expect(await beeps('relay apply --file one.config.ts --prune')).toContain('relay rule pruned: first');
    const left = (await sdk.client.relay.rules.list(id)).map(({ name }) => name);
    expect(left.sort()).toEqual([unkeyed.name, 'Rule second']);
  });
});
