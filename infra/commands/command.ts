import { type OptionTypes, type Parsed, parseOptions } from '../parse-options.ts';
import { helpOf } from './help.ts';

/** What a command takes from outside, so that tests can give it. */
export interface World {
  environment: Record<string, string | undefined>;
  now: Date;
  fetch: typeof fetch;
  /** Between two requests. */
  wait(ms: number): Promise<unknown>;
}

/** What is printed, and whether all of it was done. */
interface Outcome {
  text: string;
  done: boolean;
}

/** An option as Node's parser takes it, with what the help says of it. */
export interface OptionSpec {
  type: 'string' | 'boolean';
  default?: string | boolean;
  /** Stands for the value: `TEXT`. */
  value?: string;
  help: string;
}
export type OptionSpecs = OptionTypes & Record<string, OptionSpec>;

/** All that the help prints. */
export interface Described {
  /** Also that of the npm script: `pause`. */
  name: string;
  summary: string;
  /** What may stand behind the name, and what that does. */
  forms: readonly [words: string, what: string][];
  options: OptionSpecs;
  notes?: string;
}

/** A row of the table of commands. */
export interface Command extends Described {
  /** Throws UsageError and Failure. */
  run(args: string[], world: World): Promise<Outcome>;
}

interface Row<Options extends OptionSpecs> extends Described {
  options: Options;
  /** Words beside the options. */
  maxArguments: number;
  run(parsed: Parsed<Options>, world: World): Promise<Outcome>;
}

const help = { type: 'boolean', short: 'h', default: false, help: 'this text' } as const;

/** A command of which `run` gets its own options, checked; `--help` is answered before. */
export function command<const Options extends OptionSpecs>(row: Row<Options>): Command {
  const options = { ...row.options, help };
  return {
    ...row,
    options,
    async run(args, world) {
      const parsed = parseOptions(args, options, row.maxArguments);
      if ('help' in parsed.values && parsed.values.help === true)
        return { text: helpOf({ ...row, options }), done: true };
      return row.run(parsed, world);
    },
  };
}

/** Lines of a text, the last one ended too. */
export const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
