import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { apiOf } from './api.ts';
import { command, lines, type World } from './command.ts';
import { findStack } from './doctor/find-stack.ts';
import { outputOf } from './doctor/stack-view.ts';
import { Failure } from './failure.ts';
import { dataOption } from './local-outputs.ts';
import { editSecret } from './secret.ts';
import { STACK } from './token.ts';

/** As long as Standard Webhooks asks for: 32 characters of base64. */
const KEY_BYTES = 24;
/** Where the new password is taken from: an argument would stand in the shell's history. */
const VARIABLE = 'OPENCODE_SERVER_PASSWORD';

export const rotate = command({
  name: 'rotate',
  summary: 'Changes the key that signs webhook calls, or the password of an integration, without a failed call or run.',
  forms: [
    ['signing', 'signs with a new key and the one before; prints the new one, this once'],
    ['signing --finish', 'signs with the new key alone, once all receivers have it'],
    ['password int_…', `stores what ${VARIABLE} says; the one before is good for a day still`],
  ],
  options: {
    finish: { type: 'boolean', default: false, help: 'lets go of the key before' },
    stack: { type: 'string', default: STACK, value: 'NAME', help: 'the deployed stack' },
    data: dataOption,
  },
  notes: 'Tokens of the API overlap by their names: npm run token. Keys of hooks and senders overlap by themselves.',
  maxArguments: 2,
  async run({ values, positionals: [what, id] }, world) {
    if (what === 'password') return { text: lines(await rotatePassword(world, values.data, id)), done: true };
    if (what !== 'signing' || id !== undefined) throw new UsageError('rotate needs signing, or password and an id');
    const { view } = await findStack(world, values);
    const edit = values.finish ? finished : begun;
    const { texts, text } = edit();
    await editSecret(view.secrets, outputOf(view, 'WebhookSigningSecretArn'), text);
    return { text: lines(texts), done: true };
  },
});

/** Which of the keys signs the calls comes first in the secret; a blank stands between. */
interface Edit {
  text(secret: string): string;
  texts: string[];
}

function begun(): Edit {
  const key = randomBytes(KEY_BYTES).toString('base64');
  return {
    text(secret) {
      const [current = '', ...others] = secret.trim().split(' ');
      if (others.length > 0) throw new Failure('A rotation is under way: end it first, by rotate signing --finish.');
      return `${key} ${current}`;
    },
    texts: [
      `whsec_${key}`,
      'Within five minutes each call is signed with this key and with the one before. Give it to all receivers, then:',
      '  npm run rotate -- signing --finish',
    ],
  };
}

const finished = (): Edit => ({
  text(secret) {
    const [key = '', ...others] = secret.trim().split(' ');
    if (others.length === 0) throw new Failure('No rotation is under way: one key signs.');
    return key;
  },
  texts: ['Within five minutes the new key alone signs.'],
});

const integrationAnswer = z.object({ integration: z.object({ id: z.string(), name: z.string() }) });

async function rotatePassword(world: World, data: string, id: string | undefined): Promise<string[]> {
  if (id === undefined) throw new UsageError('rotate password needs the id of the integration: int_…');
  const apiKey = world.environment[VARIABLE];
  if (apiKey === undefined || apiKey === '') throw new UsageError(`Set ${VARIABLE} to the new password`);
  const api = await apiOf(world, data);
  const path = `/integrations/${encodeURIComponent(id)}`;
  const { integration } = await api.ask('PUT', path, integrationAnswer, { apiKey });
  return [
    `Stored for ${integration.name}. For a day the password before is tried where this one is refused:`,
    'give the server the new one by then.',
  ];
}
