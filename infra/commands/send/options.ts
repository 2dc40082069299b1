import { z } from 'zod';
import { didYouMean } from '../../parse-options.ts';
import { UsageError } from '../../usage-error.ts';
import type { OptionSpecs, World } from '../command.ts';
import { freshKey, keyPattern } from './incident.ts';
import type { SendStatus } from './payload.ts';
import { providers } from './payloads.ts';
import { type Scheme, type Signer, schemeOf, schemes } from './sign.ts';

const statuses = ['firing', 'update', 'acknowledged', 'resolved', 'unknown', 'test'] as const;

const MAX_STORM = 1_000;

export const sendOptions = {
  provider: { type: 'string', value: 'NAME', help: 'one of those below' },
  status: { type: 'string', default: 'firing', value: 'STATUS', help: 'what to say' },
  key: {
    type: 'string',
    value: 'KEY',
    help: 'the incident of an earlier delivery, as it was printed (default: a new one)',
  },
  storm: { type: 'string', default: '1', value: 'N', help: `N incidents at once, 1 to ${MAX_STORM}` },
  url: {
    type: 'string',
    value: 'URL',
    help: "the hook (default: $HOOKS_URL/$WEBHOOK_KEY, else the local sample relay's)",
  },
  secret: {
    type: 'string',
    value: 'TEXT',
    help: 'signs each delivery (or set WEBHOOK_SECRET, which no process list shows)',
  },
  scheme: { type: 'string', value: 'NAME', help: "how it is signed, one of those below (default: the provider's own)" },
  username: { type: 'string', value: 'NAME', help: 'of scheme basic' },
  header: { type: 'string', value: 'NAME', help: 'header of the signature or secret, if not the usual one' },
  'timestamp-header': { type: 'string', value: 'NAME', help: 'header of the signed time, if the webhook names one' },
  'dry-run': { type: 'boolean', default: false, help: 'print the first request instead of sending' },
} as const satisfies OptionSpecs;

const statusesOf = (provider: string): SendStatus[] =>
  statuses.filter((status) => providers[provider]?.[status] !== undefined);

export const PROVIDERS_HELP = `Providers and what they can say
${Object.keys(providers)
  .map((name) => `  ${name.padEnd(12)}  ${statusesOf(name).join(', ')}`)
  .join('\n')}

Schemes
  ${schemes.join(', ')}`;

/** What is sent, and where to. */
export interface SentDelivery {
  provider: string;
  status: SendStatus;
  key: string;
  storm: number;
  /** Undefined: to the usual hook. */
  url: string | undefined;
  signer: Signer | undefined;
}

interface Values {
  provider?: string | undefined;
  status: string;
  key?: string | undefined;
  storm: string;
  url?: string | undefined;
  secret?: string | undefined;
  scheme?: string | undefined;
  username?: string | undefined;
  header?: string | undefined;
  'timestamp-header'?: string | undefined;
}

/** Checks the options. Throws UsageError. */
export function deliveryOf(values: Values, { environment, now }: Pick<World, 'environment' | 'now'>): SentDelivery {
  const provider = oneOf('provider', values.provider, Object.keys(providers));
  const storm = z.coerce.number().int().min(1).max(MAX_STORM).safeParse(values.storm);
  if (!storm.success) {
    throw new UsageError(`--storm must be a whole number from 1 to ${MAX_STORM}, not "${values.storm}"`);
  }
  if (values.key !== undefined && !keyPattern.test(values.key)) {
    throw new UsageError('--key must be a key that an earlier run has printed');
  }
  if (values.url !== undefined && !/^https?:$/.test(URL.canParse(values.url) ? new URL(values.url).protocol : '')) {
    throw new UsageError('--url must be the http(s) address of a hook');
  }
  return {
    provider,
    status: oneOf('status', values.status, statusesOf(provider), ` for ${provider}`),
    key: values.key ?? freshKey(now),
    storm: storm.data,
    url: values.url,
    signer: signerOf(provider, values, environment.WEBHOOK_SECRET),
  };
}

function oneOf<Name extends string>(
  option: string,
  word: string | undefined,
  names: readonly Name[],
  where = '',
): Name {
  const name = names.find((each) => each === word);
  if (name !== undefined) return name;
  const instead = word === undefined ? '' : `, not "${word}".${didYouMean(word, names)}`;
  throw new UsageError(`--${option} must be one of ${names.join(', ')}${where}${instead}`);
}

function signerOf(provider: string, values: Values, fromEnvironment: string | undefined): Signer | undefined {
  const secret = values.secret ?? fromEnvironment;
  const scheme: Scheme = values.scheme === undefined ? schemeOf(provider) : oneOf('scheme', values.scheme, schemes);
  if (!secret) {
    const alone = (['scheme', 'username', 'header', 'timestamp-header'] as const).find((name) => values[name]);
    if (alone) throw new UsageError(`--${alone} needs --secret, or WEBHOOK_SECRET in the environment`);
    return undefined;
  }
  const { username, header, 'timestamp-header': timestampHeader } = values;
  return { scheme, secret, username, header, timestampHeader };
}
