import { UsageError } from '../usage-error.ts';
import { parseOptions, usage } from './options.ts';
import { shortPath } from './short.ts';
import { sentenceOf } from './surroundings.ts';
import { openTerminal } from './terminal.ts';

const terminal = openTerminal(process.stdout, process.env, Date.now);

/**
 * A wrong command line and whatever the machine is in the way with are sentences; the rest is a fault of this program.
 */
function fail(error: unknown): never {
  terminal.close();
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
  console.error(sentenceOf(error) ?? error);
  process.exit(1);
}

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) console.log(usage);
  else {
    const folder = shortPath(options.dataDirectory);
    terminal.line('starting', `data in ${folder}, logs in ${folder}/logs`);
    // Only now: these take most of a second to load.
    const { run } = await import('./run.ts');
    await run(options, terminal);
  }
} catch (error) {
  fail(error);
}
