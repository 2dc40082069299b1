import type { Described, OptionSpec } from './command.ts';

const OVERVIEW_END = `
npm run COMMAND -- --help tells what a command takes; npm run relay -- COMMAND … is the same. npm start brings up the local stack.
Which stack: that of API_URL and API_TOKEN in the environment; without them the local one. npm run -s env prints its variables.
`;

/** Every command in a line. */
export function overview(commands: readonly Described[]): string {
  const rows = commands.map(({ name, summary }): [string, string] => [`npm run ${name}`, summary]);
  return `Commands for a running stack of opencode-relay, deployed or local.\n\n${table(rows)}${OVERVIEW_END}`;
}

/** All that a command takes. */
export function helpOf({ summary, options, notes, ...command }: Described): string {
  const rows = Object.entries(options).map(([name, option]): [string, string] => [
    flagOf(name, option),
    saidOf(option),
  ]);
  const text = `${summary}\n\n${formsOf(command)}\nOptions\n${table(rows)}`;
  return notes === undefined ? text : `${text}\n${notes}\n`;
}

/** How a command is called, as it stands below what is wrong with a call. */
export const formsOf = ({ name, forms }: Pick<Described, 'name' | 'forms'>): string =>
  table(forms.map(([words, what]) => [`npm run ${name}${words === '' ? '' : ` -- ${words}`}`, what]));

const flagOf = (name: string, { value }: OptionSpec): string => `--${name}${value === undefined ? '' : ` ${value}`}`;

const saidOf = ({ help, default: standard }: OptionSpec): string =>
  typeof standard === 'string' ? `${help} (default ${standard})` : help;

/** Two columns. */
function table(rows: readonly [left: string, right: string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows
    .map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd())
    .join('\n')
    .concat('\n');
}
