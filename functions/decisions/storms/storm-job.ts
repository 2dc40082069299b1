import type { ReasonCode } from '../../contract/reason-codes.ts';
import { type StormTaskInput, stormLimits } from '../../contract/storm.ts';
import { type Alert, deliveryRefOf } from '../../domain/alert/alert.ts';
import { redactAlert, redactText } from '../../domain/alert/redact-alert.ts';
import { decideOpen } from '../../domain/decision/routing.ts';
import type { Job } from '../../domain/job/job.ts';
import { jobIdOf } from '../../domain/job/job-id.ts';
import type { StormMember } from '../../domain/storm/storm.ts';
import { stormPromptOf } from '../../domain/storm/storm-digest.ts';
import type { JobStore, Log, PauseSwitchStore } from '../../ports.ts';
import { type BeginDeps, type Begun, beginSession } from '../begin-session.ts';
import { type RelayRulesDeps, readRelayRules } from '../relay-rules.ts';
import type { UnderWayDeps } from './under-way.ts';

export interface StormJobDeps extends RelayRulesDeps, BeginDeps, UnderWayDeps {
  jobs: BeginDeps['jobs'] & UnderWayDeps['jobs'] & Pick<JobStore, 'finish'>;
  switch: Pick<PauseSwitchStore, 'read'>;
  log: Log;
}

interface StormAlerts {
  /** What is not over, the most important first. */
  members: StormMember[];
  resolved: number;
  underWay: Job[];
}

/** The job of a storm, for the alert that is taken for its cause so far; or why nothing may start. Idempotent. */
export async function stormJobOf(
  deps: StormJobDeps,
  input: StormTaskInput<'triageStorm'>,
  found: StormAlerts,
): Promise<Begun> {
  const { storm } = input;
  const alerts = await readAlerts(deps, found.members, storm.stormId);
  const [alert] = alerts;
  if (!alert) throw new Error(`No alert of storm ${storm.stormId} can be read`);
  const ready = await readyFor(deps, input, alert);
  if (ready.kind === 'refused') return ready;
  const jobId = jobIdOf(storm.stormId, storm.rule.id);
  const redact = ready.config.config?.redact;
  const prompt = promptFor({ ...found, alerts, redact, relayName: ready.relay.name, seed: jobId });
  return beginSession(
    deps,
    {
      ...ready,
      ...{ jobId, alert, round: 1, reason: 'storm_triaged', delivery: deliveryRefOf(alert) },
      sentence: whyOf(storm, found.members.length, alert),
      storm: { id: storm.stormId, alerts: found.members.length },
      ...(prompt !== undefined && { prompt }),
    },
    true,
  );
}

/** Relay, rule and integration as they are now; or why the rule does not act on the alert. */
async function readyFor(deps: StormJobDeps, { storm, isLate }: StormTaskInput<'triageStorm'>, alert: Alert) {
  const { relay, rules, integrations, catalogue } = await readRelayRules(deps, storm.relay.id);
  const rule = rules.find(({ id }) => id === storm.rule.id);
  if (!rule) return refused('rule_disabled', 'The rule has been deleted.');
  // A session waits for the end of a pause by itself, as long as a hold may last.
  const pauseSwitch = isLate ? await deps.switch.read() : undefined;
  const decided = decideOpen({ alert, relay, rule, integrations, catalogue, at: deps.clock.now(), pauseSwitch });
  if (decided.kind === 'final') return refused(decided.reason, decided.sentence);
  if (decided.action.type !== 'agent') return refused('invalid_rule', 'The rule has no agent any more.');
  const { config, integration, entry } = decided.action;
  return { kind: 'ready' as const, relay, rule, config, integration, entry };
}

const refused = (reason: ReasonCode, sentence: string) => ({ kind: 'refused' as const, reason, sentence });

/** Undefined: where of several alerts one only can be read, that one is investigated as if it had come alone. */
function promptFor({
  alerts,
  members,
  resolved,
  underWay,
  redact,
  relayName,
  seed,
}: StormAlerts & {
  alerts: Alert[];
  redact: string[] | undefined;
  relayName: string;
  seed: string;
}): string | undefined {
  if (alerts.length === 1 && members.length > 1) return undefined;
  const shown = {
    alerts: alerts.map((alert) => redactAlert(alert, redact)),
    members: members.map((member) => ({
      ...member,
      source: redactText(member.source, redact),
      service: member.service && redactText(member.service, redact),
    })),
  };
  return stormPromptOf({ relayName, ...shown, resolved, underWay: underWay.map(seen), seed });
}

/** In full, as many as are shown. What cannot be read, twice, is left out: its summary is counted all the same. */
async function readAlerts({ alerts, log }: StormJobDeps, members: StormMember[], stormId: string): Promise<Alert[]> {
  const read = async ({ id: alertId }: StormMember): Promise<Alert | undefined> => {
    try {
      return await alerts.get(alertId).catch(() => alerts.get(alertId));
    } catch {
      log.warn('Alert of a storm cannot be read', { alertId, stormId });
      return undefined;
    }
  };
  const shown = await Promise.all(members.slice(0, stormLimits.digestAlerts).map(read));
  return shown.filter((alert) => alert !== undefined);
}

const seen = ({ id, alertId, finishedAt, session, input }: Job) => ({
  alertId,
  title: input.alert.title,
  jobId: id,
  isRunning: finishedAt === undefined,
  sessionUrl: session?.url,
});

const whyOf = ({ settings, rule }: StormTaskInput<'triageStorm'>['storm'], count: number, { id }: Alert): string =>
  `${count} alerts were held by rule "${rule.name}" (${settings.threshold} within ${settings.windowSeconds} s are a storm). One session ` +
  `finds their root cause; alert ${id} stands for it until then, by highest severity, then earliest.`;
