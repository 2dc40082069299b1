import { z } from 'zod';
import { parseCommandLine, UsageError } from '../../usage-error.ts';
import { freshKey, keyPattern } from './incident.ts';
import type { SendStatus } from './payload.ts';
import { providers } from './payloads.ts';
import { type Scheme, type Signer, schemeOf, schemes } from './sign.ts';

const statusesOf = (name: string): string => Object.keys(providers[name] ?? {}).join(', ');

export const sendUsage = `Sends what a monitoring system would, to the local stack (npm start) or to any hook.

  npm run send -- --provider grafana
  npm run send -- --provider grafana --status resolved --key KEY
  npm run send -- --provider datadog --storm 200

Providers and what they can say
${Object.keys(providers)
  .map((name) => `  ${name.padEnd(12)} ${statusesOf(name)}`)
  .join('\n')}

Options
  --provider NAME               one of the above
  --status STATUS               what to say (default firing)
  --key KEY                     the incident of an earlier delivery, as it was printed (default: a new one)
  --storm N                     N incidents at once, 1 to 1000 (default 1)
  --url URL                     the hook (default: the sample relay's, from outputs.json of the local stack)
  --data FOLDER                 where outputs.json lies (default .local)
  --secret TEXT                 signs each delivery (or set WEBHOOK_SECRET, which no process list shows)
  --scheme NAME                 ${schemes.slice(0, 6).join(', ')},
                                ${schemes.slice(6).join(', ')} (default: the provider's own)
  --username NAME               of scheme basic
  --header NAME                 header of the signature or secret, if not the usual one
  --timestamp-header NAME       header of the signed time, if the webhook names one
  --dry-run                     print the first request instead of sending
  --help                        this text
`;

export interface SendOptions {
  help: boolean;
  provider: string;
  status: SendStatus;
  key: string;
  storm: number;
  url: string | undefined;
  dataDirectory: string;
  signer: Signer | undefined;
  dryRun: boolean;
}

/** Parses the command line. Throws UsageError. */
export function parseSendOptions(
  args: string[],
  environment: Record<string, string | undefined>,
  now: Date,
): SendOptions {
  const values = parse(args);
  const provider = values.help ? 'generic' : providerOf(values.provider);
  const storm = z.coerce.number().int().min(1).max(1_000).safeParse(values.storm);
  if (!storm.success) throw new UsageError(`--storm must be a whole number from 1 to 1000, not "${values.storm}"`);
  if (values.key !== undefined && !keyPattern.test(values.key)) {
    throw new UsageError('--key must be a key that an earlier run has printed');
  }
  if (values.url !== undefined && !/^https?:$/.test(URL.canParse(values.url) ? new URL(values.url).protocol : '')) {
    throw new UsageError('--url must be the http(s) address of a hook');
  }
  return {
    help: values.help,
    provider,
    status: statusOf(provider, values.status),
    key: values.key ?? freshKey(now),
    storm: storm.data,
    url: values.url,
    dataDirectory: values.data,
    signer: signerOf(provider, values, environment.WEBHOOK_SECRET),
    dryRun: values['dry-run'],
  };
}

const parse = (args: string[]) =>
  parseCommandLine({
    args,
    options: {
      help: { type: 'boolean', default: false },
      provider: { type: 'string' },
      status: { type: 'string', default: 'firing' },
      key: { type: 'string' },
      storm: { type: 'string', default: '1' },
      url: { type: 'string' },
      data: { type: 'string', default: '.local' },
      secret: { type: 'string' },
      scheme: { type: 'string' },
      username: { type: 'string' },
      header: { type: 'string' },
      'timestamp-header': { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  }).values;

function providerOf(name: string | undefined): string {
  if (name !== undefined && Object.hasOwn(providers, name)) return name;
  throw new UsageError(`--provider must be one of ${Object.keys(providers).join(', ')}`);
}

function statusOf(provider: string, text: string): SendStatus {
  const status = (['firing', 'update', 'acknowledged', 'resolved', 'unknown', 'test'] as const).find((s) => s === text);
  if (status !== undefined && providers[provider]?.[status] !== undefined) return status;
  throw new UsageError(`--status must be one of ${statusesOf(provider)} for ${provider}, not "${text}"`);
}

function signerOf(
  provider: string,
  values: { secret?: string; scheme?: string; username?: string; header?: string; 'timestamp-header'?: string },
  fromEnvironment: string | undefined,
): Signer | undefined {
  const secret = values.secret ?? fromEnvironment;
  const scheme: Scheme | undefined =
    values.scheme === undefined ? schemeOf(provider) : schemes.find((known) => known === values.scheme);
  if (scheme === undefined) throw new UsageError(`--scheme must be one of ${schemes.join(', ')}`);
  if (!secret) {
    const alone = (['scheme', 'username', 'header', 'timestamp-header'] as const).find((name) => values[name]);
    if (alone) throw new UsageError(`--${alone} needs --secret, or WEBHOOK_SECRET in the environment`);
    return undefined;
  }
  const { username, header, 'timestamp-header': timestampHeader } = values;
  return { scheme, secret, username, header, timestampHeader };
}
