import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SessionFinished } from '../../functions/contract/events.ts';
import { UsageError } from '../usage-error.ts';
import { Narrator } from './narrator.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { OutcomeLog } from './outcome-log.ts';
import { type LocalRelay, type Outputs, startRelay } from './relay.ts';
import { playSample } from './sample.ts';

const startedAt = Date.now();
const say = (line: string) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)}s  ${line}`);

async function main(options: Options): Promise<void> {
  const narrator = new Narrator();
  const outcomes = new OutcomeLog();
  say('starting the OpenCode server and synthesizing the stack');
  const relay = await startRelay(options, {
    onExecutionHistory: (execution, event) => {
      const line = narrator.lineFor(execution.name, event);
      if (line) say(line);
    },
    onEvent: (event) => outcomes.add(event),
    onFault: ({ functionName, errorType, message }) => say(`fault in ${functionName}: ${errorType}: ${message}`),
  });
  endOnSignals(relay);
  try {
    await play(relay, options, outcomes);
  } catch (error) {
    await relay.stop();
    throw error;
  }
}

async function play(relay: LocalRelay, options: Options, outcomes: OutcomeLog): Promise<void> {
  say(`up: API ${relay.outputs.ApiUrl}, OpenCode ${relay.outputs.OpenCodeUrl}, outputs in ${relay.outputsFile}`);
  if (relay.notice) say(relay.notice);
  let hookUrl = `${relay.outputs.HooksUrl}/<webhookKey>`;
  if (options.sample) {
    const sample = await playSample(relay.outputs, options);
    hookUrl = sample.hookUrl;
    say(`alert accepted    ${sample.alertId}`);
    const finished = await outcomes.of(sample.alertId);
    await showPatch(relay.outputs, finished);
    if (options.once) {
      await relay.stop();
      process.exit(finished.outcome === 'diff_ready' ? 0 : 1);
    }
  }
  console.log(invitation(relay.outputs, hookUrl));
}

async function showPatch({ AwsEndpointUrl }: Outputs, { result }: SessionFinished): Promise<void> {
  if (!result?.patch) return;
  const s3 = new S3Client({
    endpoint: AwsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
  });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: result.bucket, Key: result.patch }));
  say(`patch             s3://${result.bucket}/${result.patch}\n\n${await Body?.transformToString()}`);
}

/** Ctrl-C ends every child process; a second one does not wait. */
function endOnSignals(relay: LocalRelay): void {
  let ending = false;
  const end = async () => {
    if (ending) process.exit(130);
    ending = true;
    say('stopping');
    await relay.stop();
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

const invitation = (outputs: Outputs, hookUrl: string) => `
Send an alert of your own:

  curl -X POST '${hookUrl}' -H 'content-type: application/json' \\
    -d '{"title":"Checkout totals are wrong","severity":"critical","message":"since 09:00","dedup_key":"'$(date +%s)'"}'

Read the executions (any AWS SDK, or the aws CLI):

  AWS_ENDPOINT_URL=${outputs.AwsEndpointUrl} AWS_DEFAULT_REGION=eu-central-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local \\
    aws stepfunctions list-executions --state-machine-arn ${outputs.StateMachineArn}

Ctrl-C stops everything; the data stays for the next start.`;

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) console.log(usage);
  else await main(options);
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
