import { parseArgs } from 'node:util';
import { z } from 'zod';
import { orUsageError, UsageError } from '../usage-error.ts';

export const usage = `Named tokens of the management API. A change is in force within a minute.

  npm run token -- create NAME    make a token and print it, this once
  npm run token -- revoke NAME    take a token away
  npm run token -- list           names of all tokens

Options
  --stack NAME     the deployed stack whose outputs name the secret (default OpencodeRelay)
  --secret ARN     the secret itself, instead of a stack's outputs
  --local          the local stack, while it is running
  --data FOLDER    its data (default .local)
  --force          revoke also the last token: nobody can use the API then
  --help           this text

The deployed stack is reached with your AWS credentials and region.
`;

const commands = z.enum(['create', 'revoke', 'list']);

/** It stands as `createdBy`, in responders and in the audit log. Not `-` first: the audit log has that for nobody. */
export const tokenName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/);

export interface TokenOptions {
  help: boolean;
  command: z.infer<typeof commands>;
  /** Empty for `list`. */
  name: string;
  force: boolean;
  /** Where the secret is found. */
  place: { stack: string } | { secret: string } | { data: string };
}

/** Parses the command line. Throws UsageError. */
export function parseTokenOptions(args: string[]): TokenOptions {
  const { values, positionals } = parse(args);
  const [word = values.help ? 'list' : '', name = '', ...others] = positionals;
  const command = commands.safeParse(word);
  if (!command.success) throw new UsageError(`The command must be create, revoke or list, not "${word}"`);
  if (others.length > 0 || (command.data === 'list' && name !== ''))
    throw new UsageError('There is an argument too many');
  if (command.data !== 'list' && !tokenName.safeParse(name).success) {
    throw new UsageError(
      `${command.data} needs the token's name: letters, digits and . _ @ -, at most 64, a letter or digit first`,
    );
  }
  if (values.secret !== undefined && (values.local || values.stack !== undefined)) {
    throw new UsageError('--secret names the secret already: leave --stack and --local out');
  }
  return { help: values.help, command: command.data, name, force: values.force, place: placeOf(values) };
}

const parse = (args: string[]) =>
  orUsageError(() =>
    parseArgs({
      args,
      allowPositionals: true,
      options: {
        stack: { type: 'string' },
        secret: { type: 'string' },
        local: { type: 'boolean', default: false },
        data: { type: 'string' },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }),
  );

function placeOf({ local, data, secret, stack }: ReturnType<typeof parse>['values']): TokenOptions['place'] {
  if (local) return { data: data ?? '.local' };
  if (data !== undefined) throw new UsageError('--data belongs to --local');
  return secret === undefined ? { stack: stack ?? 'OpencodeRelay' } : { secret };
}
