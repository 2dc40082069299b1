import { parseArgs } from 'node:util';
import { orUsageError, UsageError } from '../usage-error.ts';

export const replayUsage = `Tells what a draft rule would have done with the stored alerts of a relay, and at what cost. Changes nothing.

  npm run replay -- --rule FILE --since 7d [--relay ID]

Options
  --rule FILE      the rule as JSON, as for its creation: {"name": …, "ruleType": "agent", "config": {…}}
  --since SPAN     how far back: 7d, 12h, or an instant such as 2027-03-01T00:00:00Z (default 7d)
  --relay ID       the relay; not needed where there is only one
  --data FOLDER    where the local stack keeps outputs.json (default .local)
  --help           this text

The stack is that of API_URL (its output ApiUrl) and API_TOKEN in the environment; without them the local one.
`;

export interface ReplayOptions {
  help: boolean;
  ruleFile: string;
  since: string;
  relayId: string | undefined;
  data: string;
}

/** Throws UsageError. */
export function parseReplayOptions(args: string[]): ReplayOptions {
  const { rule, relay: relayId, ...rest } = parse(args);
  if (!rule && !rest.help) throw new UsageError('--rule FILE is missing: the draft rule as JSON');
  return { ...rest, ruleFile: rule ?? '', relayId };
}

const parse = (args: string[]) =>
  orUsageError(
    () =>
      parseArgs({
        args,
        options: {
          rule: { type: 'string' },
          since: { type: 'string', default: '7d' },
          relay: { type: 'string' },
          data: { type: 'string', default: '.local' },
          help: { type: 'boolean', default: false },
        },
      }).values,
  );
