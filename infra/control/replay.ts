import { UsageError } from '../usage-error.ts';
import { ApiFailure, connectApi, findApi } from './api.ts';
import { parseReplayOptions, replayUsage } from './replay-options.ts';
import { runReplay } from './run-replay.ts';

try {
  const options = parseReplayOptions(process.argv.slice(2));
  process.stdout.write(
    options.help ? replayUsage : await runReplay(connectApi(await findApi(process.env, options.data)), options),
  );
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof ApiFailure)) throw error;
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${replayUsage}` : `${error.message}\n`);
  // The rule, the relay or the span does not fit: the caller's to mend, as a wrong option is.
  const isTheirs = error instanceof UsageError || error.status === 400 || error.status === 404;
  process.exitCode = isTheirs ? 2 : 1;
}
