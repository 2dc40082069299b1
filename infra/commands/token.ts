import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type StoredToken, type TokenRole, tokenRoles } from '../../functions/contract/api-tokens.ts';
import { didYouMean } from '../parse-options.ts';
import { UsageError } from '../usage-error.ts';
import { command, lines, type OptionSpecs } from './command.ts';
import { withAwsAdvice } from './token/aws-advice.ts';
import { withoutToken, withToken } from './token/edits.ts';
import { findSecret, type Place, type TokenPlace } from './token/place.ts';
import { editTokens, readTokens } from './token/token-secret.ts';

const actions = ['create', 'revoke', 'list'] as const;

interface Order {
  action: (typeof actions)[number];
  /** Empty for `list`. */
  name: string;
  force: boolean;
  role: TokenRole;
  /** The one relay that the token is for. */
  relayId: string | undefined;
}

/** It stands as `createdBy`, in responders and in the audit log. Not `-` first: the audit log has that for nobody. */
const tokenName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/);

const relayPattern = /^rly_\w{1,64}$/;

/** Of a deployment that was given no name. */
export const STACK = 'OpencodeRelay';

export const tokenOptions = {
  stack: {
    type: 'string',
    value: 'NAME',
    help: `the deployed stack whose outputs name the secret (default ${STACK})`,
  },
  secret: { type: 'string', value: 'ARN', help: "the secret itself, instead of a stack's outputs" },
  local: { type: 'boolean', default: false, help: 'the local stack, while it is running' },
  data: { type: 'string', value: 'FOLDER', help: 'with --local: where it keeps its outputs.json (default .local)' },
  role: { type: 'string', value: 'ROLE', help: `what a new token may do: ${tokenRoles.join(', ')} (default admin)` },
  relay: { type: 'string', value: 'ID', help: 'the one relay that a new token is for (default all)' },
  force: { type: 'boolean', default: false, help: 'revoke also the last token that may do everything' },
} as const satisfies OptionSpecs;

export const token = command({
  name: 'token',
  summary: 'Makes, revokes and lists the named tokens of the management API. A change is in force within a minute.',
  forms: [
    ['create NAME', 'make a token and print it, this once'],
    ['revoke NAME', 'take a token away'],
    ['list', 'names of all tokens, with role and relay where they are limited'],
  ],
  options: tokenOptions,
  notes: 'The deployed stack is reached with your AWS credentials and region.',
  maxArguments: 2,
  async run({ values, positionals }) {
    const order = orderOf(positionals, values);
    const place = placeOf(values);
    return { text: await withAwsAdvice(place, async () => runToken(order, await findSecret(place))), done: true };
  },
});

function orderOf(
  [word = '', name = '']: string[],
  { force, ...limits }: { force: boolean; role?: string | undefined; relay?: string | undefined },
): Order {
  const action = actions.find((each) => each === word);
  if (!action) {
    throw new UsageError(`token must be told to create, revoke or list, not "${word}".${didYouMean(word, actions)}`);
  }
  if (action === 'list' && name !== '') throw new UsageError(`There is an argument too many: "${name}"`);
  if (action !== 'list' && !tokenName.safeParse(name).success) {
    throw new UsageError(
      `${action} needs the token's name: letters, digits and . _ @ -, at most 64, a letter or digit first`,
    );
  }
  return { action, name, force, ...limitsOf(action, limits) };
}

function limitsOf(
  action: Order['action'],
  { role: wanted = 'admin', relay }: { role?: string | undefined; relay?: string | undefined },
): Pick<Order, 'role' | 'relayId'> {
  if (action !== 'create' && (wanted !== 'admin' || relay !== undefined)) {
    throw new UsageError('--role and --relay belong to create');
  }
  const role = tokenRoles.find((each) => each === wanted);
  if (!role) throw new UsageError(`--role must be one of ${tokenRoles.join(', ')}.${didYouMean(wanted, tokenRoles)}`);
  if (relay !== undefined && !relayPattern.test(relay)) {
    throw new UsageError(`--relay needs the id of a relay, rly_…, not "${relay}"`);
  }
  return { role, relayId: relay };
}

/** Where the options say the secret is. Throws UsageError where they contradict each other. */
export function placeOf(values: {
  stack?: string | undefined;
  secret?: string | undefined;
  data?: string | undefined;
  local: boolean;
}): Place {
  const { local, data, secret, stack } = values;
  if (secret !== undefined && (local || stack !== undefined)) {
    throw new UsageError('--secret names the secret already: leave --stack and --local out');
  }
  if (local) return { data: data ?? '.local' };
  if (data !== undefined) throw new UsageError('--data belongs to --local');
  return secret === undefined ? { stack: stack ?? STACK } : { secret };
}

/** 288 random bits. */
const newToken = (): string => randomBytes(36).toString('base64url');

/** Runs one order and returns what to print. A token's value is in it once: when it is made. */
export async function runToken(
  { action, name, force, ...limits }: Order,
  { client, secret }: TokenPlace,
): Promise<string> {
  switch (action) {
    case 'list':
      return lines(Object.entries(await readTokens(client, secret)).map(listed));
    case 'create': {
      const value = newToken();
      await editTokens(client, secret, (tokens) => withToken(tokens, name, stored(value, limits)));
      return lines([value]);
    }
    case 'revoke':
      await editTokens(client, secret, (tokens) => withoutToken(tokens, name, { force }));
      return lines([`Token ${name} is revoked; the API refuses it within a minute.`]);
  }
}

/** A token that may do everything is kept as its text alone, as the first one is. */
function stored(token: string, { role, relayId }: Pick<Order, 'role' | 'relayId'>): StoredToken {
  if (role === 'admin' && relayId === undefined) return token;
  return { token, role, ...(relayId !== undefined && { relayId }) };
}

function listed([name, token]: [string, StoredToken]): string {
  if (typeof token === 'string') return name;
  return [name, token.role, ...(token.relayId === undefined ? [] : [token.relayId])].join(' ');
}
