import { parseArgs } from 'node:util';
import { z } from 'zod';
import { orUsageError, UsageError } from '../usage-error.ts';

export const usage = `Control of a running stack, through its management API.

  npm run pause -- --reason TEXT [--abort]   nothing starts any more; --abort stops what runs
  npm run resume -- [--replay]               alerts start sessions again; --replay decides anew what was paused
  npm run explain -- ALERT_ID                one alert's story in sentences
  npm run ledger -- --relay ID [--day DAY]   what a relay accepted on a day, and what it came to

Options
  --reason TEXT    why, for everybody who wonders: at most 500 characters
  --abort          stops the sessions that run, too
  --replay         decides paused alerts anew, oldest first
  --relay ID       the relay
  --day DAY        of the ledger, in UTC, as 2027-03-01 (default: today)
  --data FOLDER    where the local stack keeps outputs.json (default .local)
  --help           this text

The stack is that of API_URL (its output ApiUrl) and API_TOKEN in the environment; without them the local one.
`;

export type Command =
  | { name: 'pause'; reason: string; abort: boolean }
  | { name: 'resume'; replay: boolean }
  | { name: 'explain'; alertId: string }
  | { name: 'ledger'; relayId: string; day: string | undefined };

export interface ControlOptions {
  help: boolean;
  /** Undefined with `help`. */
  command: Command | undefined;
  data: string;
}

/** What each command takes, beside --data and --help. */
const own = { pause: ['reason', 'abort'], resume: ['replay'], explain: [], ledger: ['relay', 'day'] };
const names = z.enum(['pause', 'resume', 'explain', 'ledger']);

const REASON_CHARACTERS = 500;

/** Parses the command line, the command's name first. Throws UsageError. */
export function parseControlOptions(args: string[]): ControlOptions {
  const { values, positionals } = parse(args);
  const { help, data } = values;
  if (help) return { help, data, command: undefined };
  const [word = '', ...rest] = positionals;
  const name = names.safeParse(word).data;
  if (!name) throw new UsageError(`The command must be pause, resume, explain or ledger, not "${word}"`);
  const mine: readonly string[] = own[name];
  const strange = Object.keys(values).find((option) => !['help', 'data', ...mine].includes(option));
  if (strange !== undefined) throw new UsageError(`--${strange} does not belong to ${name}`);
  const [id] = rest;
  if (rest.length > (name === 'explain' ? 1 : 0)) throw new UsageError('There is an argument too many');
  return { help, data, command: commandOf(name, values, id) };
}

type Values = ReturnType<typeof parse>['values'];

function commandOf(name: z.infer<typeof names>, values: Values, id: string | undefined): Command {
  switch (name) {
    case 'pause':
      return { name, reason: reasonOf(values.reason), abort: values.abort ?? false };
    case 'resume':
      return { name, replay: values.replay ?? false };
    case 'explain':
      if (id === undefined) throw new UsageError('explain needs the id of the alert: alr_…');
      return { name, alertId: id };
    case 'ledger':
      if (!values.relay) throw new UsageError('ledger needs --relay ID: rly_…');
      return { name, relayId: values.relay, day: dayOf(values.day) };
  }
}

function reasonOf(reason = ''): string {
  if (reason.trim() === '') throw new UsageError('pause needs --reason TEXT: others will wonder why nothing starts');
  if (reason.length > REASON_CHARACTERS) throw new UsageError(`--reason has at most ${REASON_CHARACTERS} characters`);
  return reason;
}

function dayOf(day: string | undefined): string | undefined {
  if (day !== undefined && !z.iso.date().safeParse(day).success) {
    throw new UsageError(`--day must be a day such as 2027-03-01, not "${day}"`);
  }
  return day;
}

const parse = (args: string[]) =>
  orUsageError(() =>
    parseArgs({
      args,
      allowPositionals: true,
      options: {
        reason: { type: 'string' },
        abort: { type: 'boolean' },
        replay: { type: 'boolean' },
        relay: { type: 'string' },
        day: { type: 'string' },
        data: { type: 'string', default: '.local' },
        help: { type: 'boolean', default: false },
      },
    }),
  );
