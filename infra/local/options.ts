import { resolve } from 'node:path';
import { z } from 'zod';
import { overridesIn, overridesOption } from '../configuration/overrides.ts';
import { parseOptions as parseWords } from '../parse-options.ts';
import { UsageError } from '../usage-error.ts';
import { type Fault, parseFaults } from './faults/fault.ts';

export const usage = `opencode-relay, whole on this machine: no AWS account, no Docker, no internet, no key.

  npm start                     bring everything up, play the sample alert, stay up for yours
  npm start -- --once           play the sample and exit: 0 diff_ready, 1 another outcome or a failed start,
                                3 no session looked at it, 4 something took too long
  npm start -- --no-sample      bring everything up, with a relay and its hook, and wait for your alerts

Options
  --port N                      port of the HTTP API (default 8787; 0: any free one)
  --data FOLDER                 where data and outputs.json are kept (default .local)
  --opencode 1|2                which embedded server: a real 1.18 (default), or a double of 2.x with a scripted
                                model, for no released 2.x server is run
  --endpoint URL                use your own OpenCode server instead of the embedded one
  --username NAME               its Basic-auth user name (default opencode)
  --password TEXT               its password (or set OPENCODE_SERVER_PASSWORD, which no process list shows)
  --model PROVIDER/MODEL        model for the sample's rule (default: the server's own)
  --directory PATH              repository on that server's disk (default: the server's own directory)
  --fault FAULTS                trouble of AWS: SERVICE[/OPERATION][@FUNCTION]:KIND[:RATE[:MS]], several with commas
                                between, e.g. dynamodb:throttling:0.1,lambda@poll-session:death:0.2
  --concurrency N               function calls at once, beyond which they are throttled; a new account has 10
  -c key=value                  another value of a key of the configuration; may stand several times
  --help                        this text
`;

export interface Options {
  help: boolean;
  once: boolean;
  sample: boolean;
  port: number;
  dataDirectory: string;
  /** Major version of the embedded server: a real one of 1.x, or a double of 2.x. */
  openCode: '1' | '2';
  /** Absent: the embedded server with its scripted model. */
  server: { endpoint: string; username: string; password: string } | undefined;
  model: { providerID: string; modelID: string } | undefined;
  directory: string | undefined;
  faults: Fault[];
  /** Absent: function calls wait for their turn. */
  concurrency: number | undefined;
  /** Of the configuration. */
  overrides: Record<string, string>;
}

const openCodeSchema = z.enum(['1', '2']);
const portSchema = z.coerce.number().int().min(0).max(65_535);

/** Parses the command line. Throws UsageError. */
export function parseOptions(args: string[], environment: Record<string, string | undefined>): Options {
  const { values } = parse(args);
  const port = portSchema.safeParse(values.port);
  if (!port.success) throw new UsageError(`--port must be a whole number from 0 to 65535, not "${values.port}"`);
  const openCode = openCodeSchema.safeParse(values.opencode ?? '1');
  if (!openCode.success) throw new UsageError(`--opencode must be 1 or 2, not "${values.opencode}"`);
  const server = serverOf(values, environment.OPENCODE_SERVER_PASSWORD);
  const ownServerOnly = (['username', 'password', 'model', 'directory'] as const).filter((name) => values[name]);
  if (!server && ownServerOnly.length > 0) {
    throw new UsageError(`--${ownServerOnly[0]} belongs to a server of your own: give --endpoint too`);
  }
  if (server && values.opencode !== undefined) {
    throw new UsageError('--opencode is for the embedded server: the one at --endpoint says itself what it is');
  }
  return {
    help: values.help,
    once: values.once,
    sample: values.once || !values['no-sample'],
    port: port.data,
    // Once and for all: the programs that are started have working directories of their own.
    dataDirectory: resolve(values.data),
    openCode: openCode.data,
    server,
    model: values.model === undefined ? undefined : modelOf(values.model),
    directory: directoryOf(values.directory),
    faults: values.fault === undefined ? [] : parseFaults(values.fault),
    concurrency: values.concurrency === undefined ? undefined : concurrencyOf(values.concurrency),
    overrides: overridesIn(values.context),
  };
}

const parse = (args: string[]) =>
  parseWords(args, {
    help: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    'no-sample': { type: 'boolean', default: false },
    port: { type: 'string', default: '8787' },
    data: { type: 'string', default: '.local' },
    opencode: { type: 'string' },
    endpoint: { type: 'string' },
    username: { type: 'string' },
    password: { type: 'string' },
    model: { type: 'string' },
    directory: { type: 'string' },
    fault: { type: 'string' },
    concurrency: { type: 'string' },
    context: overridesOption,
  });

function serverOf(
  values: { endpoint?: string; username?: string; password?: string },
  passwordFromEnvironment: string | undefined,
): Options['server'] {
  if (values.endpoint === undefined) return undefined;
  if (!URL.canParse(values.endpoint) || !/^https?:$/.test(new URL(values.endpoint).protocol)) {
    throw new UsageError(`--endpoint must be an http(s) URL such as http://127.0.0.1:4096, not "${values.endpoint}"`);
  }
  const password = values.password ?? passwordFromEnvironment;
  if (!password) throw new UsageError('--endpoint needs --password, or OPENCODE_SERVER_PASSWORD in the environment');
  return { endpoint: new URL(values.endpoint).origin, username: values.username ?? 'opencode', password };
}

function concurrencyOf(text: string): number {
  const concurrency = z.coerce.number().int().min(1).safeParse(text);
  if (concurrency.success) return concurrency.data;
  throw new UsageError(`--concurrency must be a whole number from 1 on, not "${text}"`);
}

function directoryOf(path: string | undefined): string | undefined {
  if (path === undefined || path.startsWith('/')) return path;
  throw new UsageError(
    `--directory must be an absolute path on the server's disk, such as /srv/checkout, not "${path}"`,
  );
}

function modelOf(text: string): { providerID: string; modelID: string } {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) {
    throw new UsageError(`--model must be provider/model, e.g. anthropic/claude-sonnet-4-20250514, not "${text}"`);
  }
  return { providerID: text.slice(0, slash), modelID: text.slice(slash + 1) };
}
