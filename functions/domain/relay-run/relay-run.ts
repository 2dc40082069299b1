import { limits } from '../../contract/limits.ts';
import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { RelayRunInput } from '../../contract/relay-run.ts';
import type { Alert } from '../alert/alert.ts';
import { alertSummaryOf } from '../job/execution-input.ts';
import { relayRunIdOf } from '../job/job-id.ts';
import type { Relay } from '../rule/relay.ts';
import type { Rule } from '../rule/rule.ts';
import { groupsOf, needsRun } from './steps.ts';

interface RunCase {
  alert: Alert;
  relay: Relay;
  rules: Rule[];
  delivery: RelayRunInput['startedBy'];
  /** By rule, what was decided at once. */
  reasons: ReadonlyMap<string, ReasonCode>;
}

/**
 * The run that carries an alert through the rest of its relay's rules: in each group from the step on that is started
 * or scheduled. Undefined where no run is needed and nothing is scheduled, or no step is left.
 */
export function relayRunOf({ alert, relay, rules, delivery, reasons }: RunCase): RelayRunInput | undefined {
  const isScheduled = ({ id }: Rule): boolean => reasons.get(id) === 'scheduled';
  if (!needsRun(relay, rules) && !rules.some(isScheduled)) return undefined;
  // A step that an earlier attempt has scheduled stays, also where its rule was switched off meanwhile: its decision
  // says so.
  const withTurns = rules.map((rule) => (isScheduled(rule) ? { ...rule, enabled: true } : rule));
  const groups = groupsOf(withTurns).flatMap((group) => {
    const first = group.findIndex(({ id }) => isLeft(reasons.get(id)));
    const [named] = group;
    return first < 0 || !named ? [] : [{ name: named.group, steps: group.slice(first).map(stepOf) }];
  });
  if (groups.length === 0) return undefined;
  return {
    runId: relayRunIdOf(alert.id),
    alert: alertSummaryOf(alert),
    relay: { id: relay.id, name: relay.name, repeatPolicy: relay.repeatPolicy },
    startedBy: delivery,
    rounds: roundsOf(relay, groups.flatMap(({ steps }) => steps).length),
    repeatAfterSeconds: limits.repeatAfterSeconds,
    groups,
    receivedAt: alert.createdAt,
  };
}

/** An execution has room for so many steps: with many rules there are fewer rounds. */
const roundsOf = ({ repeatPolicy }: Pick<Relay, 'repeatPolicy'>, steps: number): number =>
  Math.max(1, Math.min(limits.repeatRounds[repeatPolicy], Math.floor(limits.relayRunTurns / steps)));

const isLeft = (reason: ReasonCode | undefined): boolean => reason === 'started' || reason === 'scheduled';

const stepOf = ({ id, name, ruleType, delayMinutes }: Rule) => ({ ruleId: id, ruleName: name, ruleType, delayMinutes });
