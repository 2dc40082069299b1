import { UsageError } from '../usage-error.ts';
import { ApiFailure, connectApi, findApi } from './api.ts';
import { parseControlOptions, usage } from './options.ts';
import { runControl } from './run.ts';

try {
  const { command, data } = parseControlOptions(process.argv.slice(2));
  if (!command) process.stdout.write(usage);
  else {
    const { text, done } = await runControl(connectApi(await findApi(process.env, data)), command);
    process.stdout.write(text);
    process.exitCode = done ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof ApiFailure)) throw error;
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${usage}` : `${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
