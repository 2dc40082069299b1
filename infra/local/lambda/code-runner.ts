import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { milliseconds, type ThreadUse } from './starvation.ts';

/** A third of what V8 gives a thread for new objects: threads are many here, and none makes many objects at once. */
const YOUNG_MB = 16;

const bootstrap = new URL('./bootstrap.mjs', import.meta.url);

interface Setup {
  environment: Record<string, string>;
  memoryMiB: number;
  /** What the bootstrap loads, and tells the handler of itself. */
  data: { folder: string; handler: string; context: Record<string, unknown> };
}

interface Watchers {
  onMessage(message: unknown): void;
  onError(error: unknown): void;
  onExit(status: number | string): void;
}

/** Where the code of one sandbox runs. */
interface CodeRunner {
  outputs: Readable[];
  post(message: object): void;
  /** What it did so far; undefined where nobody knows. */
  use(): Promise<ThreadUse | undefined>;
  /** Ends the code, whatever it is doing. */
  end(): Promise<unknown>;
}

/** A thread of this process: the cheap way. Node reads these variables at the start of a process, never of a thread. */
export const startRunner = (setup: Setup, watchers: Watchers): CodeRunner =>
  setup.environment.NODE_EXTRA_CA_CERTS === undefined ? startThread(setup, watchers) : startProcess(setup, watchers);

function startThread({ environment, memoryMiB, data }: Setup, { onMessage, onError, onExit }: Watchers): CodeRunner {
  // Node takes NODE_OPTIONS from `env`, as far as a thread can have them.
  const worker = new Worker(bootstrap, {
    workerData: data,
    env: environment,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMiB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  return {
    outputs: [worker.stdout, worker.stderr],
    post: (message) => worker.postMessage(message),
    async use() {
      const cpu = milliseconds(await worker.cpuUsage());
      return { elapsed: performance.now(), idle: worker.performance.eventLoopUtilization().idle, cpu };
    },
    end: () => worker.terminate(),
  };
}

function startProcess({ environment, memoryMiB, data }: Setup, { onMessage, onError, onExit }: Watchers): CodeRunner {
  const child = fork(fileURLToPath(bootstrap), {
    env: environment,
    execArgv: [`--max-old-space-size=${memoryMiB}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.on('message', onMessage).on('error', onError);
  child.on('exit', (code, signal) => onExit(code ?? signal ?? 'unknown'));
  const ended = once(child, 'exit');
  const post = (message: object) => {
    // One that has just ended says so by its exit.
    if (child.connected) child.send(message);
  };
  post(data);
  return {
    outputs: [child.stdout, child.stderr].filter((output) => output !== null),
    post,
    use: async () => undefined,
    end() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
