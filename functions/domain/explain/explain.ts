import type { CheckResult } from '../../contract/checks.ts';
import type { RootCause } from '../../contract/storm.ts';
import type { Alert } from '../alert/alert.ts';
import { type Decision, effectiveReason } from '../decision/decision.ts';
import type { Job } from '../job/job.ts';
import { relayRunIdOf } from '../job/job-id.ts';
import type { Responder } from '../job/responder.ts';
import type { Storm } from '../storm/storm.ts';
import { oneLine } from '../text/untrusted-text.ts';
import { usd } from '../text/usd.ts';
import { verdictSentence } from '../verification/agent-verdict.ts';
import { wordOf } from '../verification/checks.ts';
import { type CallRecord, callState } from '../webhook/call-record.ts';

export interface Story {
  alert: Alert;
  /** In the order of their first time. */
  decisions: Decision[];
  jobs: Job[];
  storms: Storm[];
  responders: Responder[];
  /** Of webhook rules. */
  calls: CallRecord[];
  /** Names of the relay's rules, deleted ones left out. */
  ruleNames: ReadonlyMap<string, string>;
}

/** Something that happened, in a sentence. */
export interface Moment {
  at: string;
  sentence: string;
}

/**
 * One alert's story, a sentence each, in the order of time: who sent it, what each rule made of it and why, what came
 * of it.
 */
export const explain = (story: Story): string[] => [...momentsOf(story).map(told), ...conclusion(story)];

/** What happened, in the order of time. */
export function momentsOf(story: Story): Moment[] {
  const moments = [
    ...arrival(story.alert),
    ...story.decisions.flatMap((decision) => decided(story, decision)),
    ...story.storms.flatMap((storm) => stormed(story, storm)),
    ...story.jobs.flatMap((job) => worked(story, job)),
    ...story.responders.flatMap(responded),
    ...story.calls.map((call) => called(story, call)),
    ...ended(story.alert),
  ];
  return moments.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const told = ({ at, sentence }: Moment): string => `${at} ${sentence}`;

const arrival = ({ createdAt, title, severity, firstSeverity = severity, source, ...rest }: Alert): Moment[] => [
  {
    at: createdAt,
    sentence:
      `"${oneLine(title)}" (${firstSeverity}, source ${oneLine(source)}) came in as ${rest.format} through ${rest.webhookId} ` +
      `in delivery ${rest.deliveryId}, for relay ${rest.relayId}.` +
      (firstSeverity === severity ? '' : ` Its severity is ${severity} by now.`),
  },
];

function decided(story: Story, decision: Decision): Moment[] {
  const { firstAt, lastAt, count, sentence, followedBy } = decision;
  const rule = ruleOf(story, decision.ruleId);
  const storm = story.storms.find(({ id }) => id === decision.stormId);
  const now = effectiveReason(decision, storm);
  const became =
    now === decision.reason ? '' : ` It became ${now}${followedBy === undefined ? ' with the storm' : ''}.`;
  const run =
    decision.reason === 'scheduled' ? ` The relay run ${relayRunIdOf(story.alert.id)} gives it its turn.` : '';
  const often = count > 1 ? ` ${count} entries ended so, the last at ${lastAt}.` : '';
  return [{ at: firstAt, sentence: `${rule}: ${decision.reason}. ${sentence}${run}${became}${often}` }];
}

function stormed(story: Story, storm: Storm): Moment[] {
  const { id, phase, createdAt, detectedAt, endedAt, held, jobId, reason, rootCause } = storm;
  const moments: Moment[] = [{ at: createdAt, sentence: `Storm control began to hold alerts (${id}).` }];
  if (detectedAt !== undefined) moments.push({ at: detectedAt, sentence: `They are a storm (${id}).` });
  if (endedAt === undefined) return moments;
  const by = jobId === undefined ? '' : ` Job ${jobId} has it in hand.`;
  const ends = {
    dispatched: `The storm ${id}, ${held ?? 0} alerts, went to one session.${by}`,
    released: `There was no storm: ${id} let go of its alerts, one by one.`,
    not_dispatched: `The storm ${id} got no session (${reason ?? 'unknown'}).`,
  };
  if (phase === 'dispatched' || phase === 'released' || phase === 'not_dispatched') {
    moments.push({ at: endedAt, sentence: ends[phase] });
  }
  if (rootCause) {
    // Known when the session has ended, unless another session works on the cause.
    const session = story.jobs.find(({ id: each }) => each === jobId);
    moments.push({ at: session?.finishedAt ?? endedAt, sentence: causeOf(rootCause) });
  }
  return moments;
}

const causeOf = ({ alertId, by, sentence }: RootCause): string =>
  by === 'agent'
    ? `The agent named alert ${alertId} as its root cause: ${oneLine(sentence)}`
    : `Taken for its root cause: alert ${alertId}. ${oneLine(sentence)}`;

function worked(
  story: Story,
  { id, ruleId, input, startedAt, session, promptedAt, collected, finishedAt }: Job,
): Moment[] {
  const rule = ruleOf(story, ruleId);
  const moments: Moment[] = [];
  if (startedAt !== undefined)
    moments.push({
      at: startedAt,
      sentence: `${rule}: the execution ${id} started${byEntry(input)}; its agent has the permissions "${input.session.permissions.profile}".`,
    });
  if (session && promptedAt !== undefined) {
    moments.push({ at: promptedAt, sentence: `${rule}: session ${session.id} got its prompt. ${session.url}` });
  }
  if (collected && finishedAt !== undefined) {
    const cost = collected.costUsd === null ? '' : ` It cost ${usd(collected.costUsd)}.`;
    const sentence = `${rule}: ${id} ended with ${collected.outcome}. ${oneLine(collected.cause)}${cost}`;
    moments.push({ at: finishedAt, sentence });
    if (collected.agentVerdict)
      moments.push({ at: finishedAt, sentence: `${rule}: ${verdictSentence(collected.agentVerdict)}` });
    for (const check of collected.checks ?? [])
      moments.push({ at: finishedAt, sentence: `${rule}: ${checkedBy(check)}` });
  }
  return moments;
}

const byEntry = ({ catalogue, session }: Job['input']): string =>
  catalogue === undefined
    ? ''
    : ` in ${session.directory ?? "the server's own directory"}, by entry "${catalogue.entry}" of the catalogue, version ${catalogue.version}`;

const OUTPUT_CHARACTERS = 400;

/** With the end of what it printed, on one line. */
function checkedBy(check: CheckResult): string {
  const output = oneLine(check.output);
  const end = output.length > OUTPUT_CHARACTERS ? `…${output.slice(-OUTPUT_CHARACTERS)}` : output;
  return `check "${oneLine(check.name)}" ${wordOf(check)}, ${check.seconds} s.${end === '' ? '' : ` It printed: ${end}`}`;
}

const callEnds = {
  delivered: 'its receiver took the call',
  retrying: 'its receiver did not take the call, which is tried again',
  refused: 'the call was refused for good and lies in the dead-letter queue',
  given_up: 'the call was tried too often and lies in the dead-letter queue',
};

function called(story: Story, call: CallRecord): Moment {
  const { callId, ruleId, code, tries, at } = call;
  const why = code === null ? '' : `, ${code}`;
  const sentence = `${ruleOf(story, ruleId)}: ${callEnds[callState(call)]} (${callId}, try ${tries}${why}).`;
  return { at, sentence };
}

function responded({ userId, status, joinedAt, completedAt }: Responder): Moment[] {
  const joined = { at: joinedAt, sentence: `${userId} went to work on it.` };
  const left = { done: 'is done with it', dropped: 'has left it', on_it: '' }[status];
  return completedAt === undefined || left === ''
    ? [joined]
    : [joined, { at: completedAt, sentence: `${userId} ${left}.` }];
}

function ended({ acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy, resolvedByUserId, ...rest }: Alert): Moment[] {
  const moments: Moment[] = [];
  if (acknowledgedAt !== undefined) {
    moments.push({ at: acknowledgedAt, sentence: `${acknowledgedBy ?? 'Somebody'} acknowledged it.` });
  }
  if (resolvedAt !== undefined) {
    const who = resolvedBy === 'user' ? resolvedByUserId : rest.resolvedByProvider;
    moments.push({ at: resolvedAt, sentence: `${who ?? 'The monitoring system'} resolved it.` });
  }
  return moments;
}

/** What a reader asks who looks only at the end. */
function conclusion({ alert, decisions, jobs }: Story): string[] {
  if (decisions.length === 0) {
    return ['No rule has decided on it yet: its delivery is in the queue, or in the dead-letter queue.'];
  }
  const state = alert.resolvedAt === undefined ? 'It is open' : 'It is over';
  const running = jobs.filter(({ finishedAt }) => finishedAt === undefined).length;
  return [`${state}. Sessions that look or looked at it: ${jobs.length}, of which at work: ${running}.`];
}

const ruleOf = ({ ruleNames }: Story, ruleId: string): string => {
  const name = ruleNames.get(ruleId);
  return name === undefined ? `Rule ${ruleId}` : `Rule "${oneLine(name)}"`;
};
