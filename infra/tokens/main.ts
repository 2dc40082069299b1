import { UsageError } from '../usage-error.ts';
import { RefusedEdit } from './edits.ts';
import { parseTokenOptions, usage } from './options.ts';
import { findSecret } from './place.ts';
import { runToken } from './run.ts';

try {
  const options = parseTokenOptions(process.argv.slice(2));
  process.stdout.write(options.help ? usage : await runToken(options, await findSecret(options.place)));
} catch (error) {
  const known = error instanceof UsageError || error instanceof RefusedEdit;
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${usage}` : `${messageOf(error, known)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** AWS errors keep their name: it is what one looks for. */
function messageOf(error: unknown, known: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return known || error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
