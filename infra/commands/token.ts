import { randomBytes } from 'node:crypto';
import { z } from 'zod';
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
}

/** It stands as `createdBy`, in responders and in the audit log. Not `-` first: the audit log has that for nobody. */
const tokenName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/);

const STACK = 'OpencodeRelay';

export const tokenOptions = {
  stack: {
    type: 'string',
    value: 'NAME',
    help: `the deployed stack whose outputs name the secret (default ${STACK})`,
  },
  secret: { type: 'string', value: 'ARN', help: "the secret itself, instead of a stack's outputs" },
  local: { type: 'boolean', default: false, help: 'the local stack, while it is running' },
  data: { type: 'string', value: 'FOLDER', help: 'with --local: where it keeps its outputs.json (default .local)' },
  force: { type: 'boolean', default: false, help: 'revoke also the last token: nobody can use the API then' },
} as const satisfies OptionSpecs;

export const token = command({
  name: 'token',
  summary: 'Makes, revokes and lists the named tokens of the management API. A change is in force within a minute.',
  forms: [
    ['create NAME', 'make a token and print it, this once'],
    ['revoke NAME', 'take a token away'],
    ['list', 'names of all tokens'],
  ],
  options: tokenOptions,
  notes: 'The deployed stack is reached with your AWS credentials and region.',
  maxArguments: 2,
  async run({ values, positionals }) {
    const order = orderOf(positionals, values.force);
    const place = placeOf(values);
    return { text: await withAwsAdvice(place, async () => runToken(order, await findSecret(place))), done: true };
  },
});

function orderOf([word = '', name = '']: string[], force: boolean): Order {
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
  return { action, name, force };
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
export async function runToken({ action, name, force }: Order, { client, secret }: TokenPlace): Promise<string> {
  switch (action) {
    case 'list':
      return lines(Object.keys(await readTokens(client, secret)));
    case 'create': {
      const value = newToken();
      await editTokens(client, secret, (tokens) => withToken(tokens, name, value));
      return lines([value]);
    }
    case 'revoke':
      await editTokens(client, secret, (tokens) => withoutToken(tokens, name, { force }));
      return lines([`Token ${name} is revoked; the API refuses it within a minute.`]);
  }
}
