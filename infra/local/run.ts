import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SessionFinished } from '../../functions/contract/events.ts';
import { DecisionLog, decisionLine } from './decisions.ts';
import { refusal } from './iam/iam.ts';
import { invitation } from './invitation.ts';
import { Narrator } from './narrator.ts';
import type { Options } from './options.ts';
import { OutcomeLog } from './outcome-log.ts';
import { savePatch } from './patch-file.ts';
import { type LocalRelay, startRelay } from './relay.ts';
import { remarksOn } from './remarks.ts';
import { saveReport } from './report-file.ts';
import { fireSample, prepareSample, type Sample } from './sample.ts';
import { awaitCleanUp, awaitSample, exitStatus, type SampleEnd } from './sample-story.ts';
import { shortId, shortPath } from './short.ts';
import type { Terminal } from './terminal.ts';
import { within } from './within.ts';

const PATCH_MS = 10_000;
/** The API, and a cold function behind it. */
const REPORT_MS = 10_000;
const STOP_MS = 20_000;

/** One start: brings everything up, tells what happens, plays the sample, and stays up for alerts of the user's own. */
export async function run(options: Options, terminal: Terminal): Promise<void> {
  const narrator = new Narrator(terminal);
  const decisions = new DecisionLog();
  const outcomes = new OutcomeLog();
  /** The first call that the template's policies did not allow: what it breaks is tried again for an hour. */
  const refused = Promise.withResolvers<SampleEnd>();
  /** Of the sessions that have ended so far. */
  let patches = Promise.resolve();
  let reports = Promise.resolve();
  let relay: LocalRelay | undefined;

  const showPatch = async (finished: SessionFinished) => {
    if (!relay) return;
    const folder = join(options.dataDirectory, 'patches');
    const patch = await savePatch(finished, { endpoint: relay.outputs.AwsEndpointUrl, folder });
    if (!patch) return;
    terminal.line(shortId(finished.jobId), `patch             ${shortPath(patch.path)}`);
    terminal.block(`\n${patch.shown}\n`);
  };
  const showReport = async ({ jobId }: SessionFinished) => {
    if (!relay) return;
    const folder = join(options.dataDirectory, 'reports');
    const path = await saveReport(jobId, { url: relay.outputs.ApiUrl, token: relay.outputs.ApiToken, folder });
    const address = pathToFileURL(path).href;
    terminal.line(shortId(jobId), `report            ${terminal.link(shortPath(path), address)}`);
  };
  relay = await startRelay(
    options,
    {
      onExecutionHistory: ({ name }, event) => {
        const told = narrator.lineFor(name, event);
        if (told) terminal.line(shortId(name), told.text, told.tone);
      },
      onDecision: (decision) => {
        decisions.add(decision);
        const { text, tone } = decisionLine(decision);
        terminal.line('alert', text, tone);
      },
      onEvent: (event) => {
        const finished = outcomes.add(event);
        if (!finished) return;
        const failed = (what: string) => (error: unknown) =>
          terminal.line('fault', `The ${what} cannot be shown: ${String(error)}`, 'bad');
        patches = patches.then(() => showPatch(finished)).catch(failed('patch'));
        // After its patch, which it does not hold up.
        const shown = patches;
        reports = reports
          .then(() => shown)
          .then(() => showReport(finished))
          .catch(failed('report'));
      },
      onAuthorization: ({ principal, call, allowed }) => {
        if (allowed) return;
        const sentence = refusal(principal, call);
        terminal.line('IAM', sentence, 'bad');
        refused.resolve({ status: exitStatus.otherOutcome, sentence: `A grant is missing: ${sentence}.` });
      },
      onFault: ({ functionName, errorType, message }) =>
        terminal.line('fault', `${functionName}: ${errorType}: ${message}`, 'bad'),
    },
    terminal,
  );
  endOnSignals(relay, terminal);
  if (relay.notice !== undefined) terminal.line('OpenCode', relay.notice);
  try {
    const { end, sample } = await play(relay, { options, terminal, decisions, outcomes, refused: refused.promise });
    if (end) await within(PATCH_MS, 'the patch', patches);
    if (end) await within(REPORT_MS, 'the report', reports).catch(noteOf(terminal));
    if (end) terminal.line('sample', end.sentence, end.status === exitStatus.diffReady ? 'good' : 'bad');
    if (options.once) {
      await within(STOP_MS, 'everything to stop', relay.stop());
      process.exit(end?.status);
    }
    terminal.block(invitation(relay.outputs, sample.hookUrl));
  } catch (error) {
    await relay.stop();
    throw error;
  }
}

/** What is missing then can be had by a command, and changes no outcome. */
const noteOf = (terminal: Terminal) => (error: unknown) => terminal.line('note', String(error), 'warning');

interface Watching {
  options: Options;
  terminal: Terminal;
  decisions: DecisionLog;
  outcomes: OutcomeLog;
  refused: Promise<SampleEnd>;
}

/** What is unusual, then the sample: an incident of its own, once what the last start left behind is cleaned up. */
async function play(
  { outputs, outputsFile, restarted, faults }: LocalRelay,
  { options, terminal, decisions, outcomes, refused }: Watching,
): Promise<{ end: SampleEnd | undefined; sample: Sample }> {
  terminal.line(
    'up',
    `API ${outputs.ApiUrl}, console ${outputs.ConsoleUrl}, addresses and token in ${shortPath(outputsFile)}`,
    'good',
  );
  for (const remark of await remarksOn(outputs, restarted)) terminal.line('note', remark, 'warning');
  await awaitCleanUp(restarted.lost, outcomes, terminal);
  const sample = await prepareSample(outputs, options);
  const alertId = options.sample ? await fireSample(sample.hookUrl, new Date()) : undefined;
  // Only now: what was asked so far is this command's own, which tries nothing again.
  faults.set(options.faults);
  if (alertId === undefined) return { end: undefined, sample };
  terminal.line('sample', `${alertId}  accepted: an Alertmanager delivery, posted to the sample relay`);
  return { end: await Promise.race([awaitSample(alertId, { decisions, outcomes }), refused]), sample };
}

/** Ctrl-C ends every child process; a second one does not wait. */
function endOnSignals(relay: LocalRelay, terminal: Terminal): void {
  let ending = false;
  const end = async () => {
    if (ending) process.exit(130);
    ending = true;
    terminal.line('stopping', 'the data stays for the next start');
    await within(STOP_MS, 'everything to stop', relay.stop()).catch((error: unknown) => {
      terminal.line('stopping', String(error), 'bad');
      process.exit(1);
    });
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
