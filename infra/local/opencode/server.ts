import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { folderPortTaken } from '../surroundings.ts';
import { findOpenCode } from './binary.ts';
import { configFor } from './config.ts';
import { gitEnvironment, guardedGit } from './git-environment.ts';

interface OpenCodeOptions {
  /** Store, configuration, home and log of the server. */
  dataDirectory: string;
  /** Working directory: where sessions without a directory of their own work. */
  repository: string;
  /** Base URL of an OpenAI-compatible API. */
  modelUrl: string;
  username: string;
  password: string;
  port: number;
  /** Replaces top-level keys of the server's configuration. */
  config?: Record<string, unknown>;
  /** Gives up a start that is under way. */
  signal?: AbortSignal;
}

interface OpenCodeServer {
  url: string;
  version: string;
  pid: number;
  /** Grows with each start. */
  logFile: string;
  /** Kills the server, as a crash would: it does not drain on any signal. */
  stop(): Promise<void>;
}

/** 2.0–3.5 s on two cores, up to 7 s under load or with a new store. */
const START_MS = 60_000;
const LOOK_MS = 50;
/** A request that comes between opening the port and the listening line is never answered. */
const HEALTH_TIMEOUT_MS = 2_000;
/** The server of an earlier start, if killed a moment ago, may still hold the port. */
const PORT_LOOKS = 50;
const PORT_PAUSE_MS = 100;

const supervisor = fileURLToPath(new URL('supervisor.ts', import.meta.url));
const spawnedSchema = z.tuple([z.object({ pid: z.int() }), z.unknown()]);

/** Starts a real OpenCode server on loopback. It lives no longer than this process. */
export async function startOpenCode(options: OpenCodeOptions): Promise<OpenCodeServer> {
  const program = await findOpenCode();
  const data = resolve(options.dataDirectory);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const configFile = join(data, 'opencode.json');
  const config = { ...configFor(options.modelUrl), ...options.config };
  await writeFile(configFile, JSON.stringify(config, null, 2), { mode: 0o600 });
  await furnish(data);
  await untilFree(options.port, options.signal);

  const logFile = join(data, 'server.log');
  const log = await open(logFile, 'a', 0o600);
  const { size } = await stat(logFile);
  const serve = ['serve', '--hostname', '127.0.0.1', '--port', String(options.port), '--print-logs'];
  const child = spawn(process.execPath, [supervisor, program, ...serve], {
    cwd: options.repository,
    env: environmentOf(options, data, configFile),
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    // Out of the terminal's process group: Ctrl-C reaches the parent, which ends this one in its turn.
    detached: true,
  });
  const stop = async () => {
    if (child.connected) child.disconnect();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  try {
    const spawned = once(child, 'message');
    await listening(child, { logFile, from: size, signal: options.signal });
    const [{ pid }] = spawnedSchema.parse(await spawned);
    const url = `http://127.0.0.1:${options.port}`;
    return { url, version: await healthyVersion(url, options), pid, logFile, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await log.close();
  }
}

const modelsFile = (data: string) => join(data, 'models.json');

/**
 * Spares the server what it would do at the first request of each directory: to install its plugin package in its
 * configuration folder, from a registry, unless a lock file there names it; and to read a catalogue of all hosted
 * models, of which the configuration allows none.
 */
async function furnish(data: string): Promise<void> {
  const folder = join(data, 'home', 'config', 'opencode');
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  const dependencies = { '@opencode-ai/plugin': '*' };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies }));
  const lock = { lockfileVersion: 3, packages: { '': { dependencies } } };
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(modelsFile(data), '{}');
}

/** Only what the server needs: a key or a setting in the user's environment is not for a scripted agent. */
function environmentOf({ username, password }: OpenCodeOptions, data: string, configFile: string) {
  const home = join(data, 'home');
  const { PATH, TMPDIR, LANG } = process.env;
  return {
    PATH,
    TMPDIR,
    LANG,
    ...gitEnvironment,
    ...guardedGit,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_STATE_HOME: join(home, 'state'),
    OPENCODE_SERVER_USERNAME: username,
    OPENCODE_SERVER_PASSWORD: password,
    OPENCODE_CONFIG: configFile,
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_MODELS_PATH: modelsFile(data),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_CLAUDE_CODE: '1',
    OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
  };
}

async function untilFree(port: number, signal: AbortSignal | undefined): Promise<void> {
  for (let look = 0; look < PORT_LOOKS; look++) {
    signal?.throwIfAborted();
    const probe = createServer();
    const free = await new Promise<boolean>((answer) => {
      probe.once('error', () => answer(false));
      probe.listen(port, '127.0.0.1', () => answer(true));
    });
    if (free) {
      await new Promise((done) => probe.close(done));
      return;
    }
    await sleep(PORT_PAUSE_MS);
  }
  throw folderPortTaken(port, 'the OpenCode server');
}

interface Log {
  logFile: string;
  /** Bytes of earlier starts. */
  from: number;
  signal: AbortSignal | undefined;
}

/** Resolves once the log has the listening line of this start. */
async function listening(child: ChildProcess, { logFile, from, signal }: Log): Promise<void> {
  for (let waited = 0; waited < START_MS; waited += LOOK_MS) {
    signal?.throwIfAborted();
    const log = (await readFile(logFile)).subarray(from).toString();
    if (log.includes('server listening on')) return;
    if (child.exitCode !== null) throw new Error(`The OpenCode server ended at once; see ${logFile}`);
    await sleep(LOOK_MS);
  }
  throw new Error(`The OpenCode server was not up within ${START_MS / 1000} s; see ${logFile}`);
}

async function healthyVersion(url: string, { username, password }: OpenCodeOptions): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  for (let look = 0; ; look++) {
    try {
      const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
      const response = await fetch(`${url}/global/health`, { headers: { authorization }, signal });
      return z.object({ version: z.string() }).parse(await response.json()).version;
    } catch (error) {
      if (look >= 5) throw new Error('The OpenCode server does not answer', { cause: error });
      await sleep(LOOK_MS);
    }
  }
}
