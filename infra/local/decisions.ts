import { z } from 'zod';
import { isHeartbeat } from '../../functions/contract/heartbeat.ts';
import { type ReasonCode, reasonCodes } from '../../functions/contract/reason-codes.ts';
import type { AwsService } from './aws/service.ts';
import type { Tone } from './terminal.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const rowSchema = z.object({
  alertId: text,
  ruleId: text,
  relayId: text,
  reason: text.pipe(z.enum(reasonCodes)),
  sentence: text,
});
export type Decision = Omit<z.infer<typeof rowSchema>, 'relayId'>;
/** A decision's row, as DynamoDB answers the write that counts an entry in it. */
const answerSchema = z.object({ Attributes: rowSchema });
/** Decisions on new alerts are written in transactions. */
const writtenSchema = z.object({
  TransactItems: z.array(z.object({ Put: z.object({ Item: z.unknown() }).optional() })),
});

/**
 * The tables, whose every write of a decision is told: also those of alerts that come by no hook, and of later
 * decisions.
 */
export const watchDecisions = (tables: AwsService, onDecision: (decision: Decision) => void): AwsService => ({
  async call(operation, input) {
    const answer = await tables.call(operation, input);
    for (const { relayId, ...decision } of decisionsIn(operation, input, answer)) {
      if (!isHeartbeat(relayId)) onDecision(decision);
    }
    return answer;
  },
});

function decisionsIn(operation: string, input: unknown, answer: unknown): z.infer<typeof rowSchema>[] {
  if (operation === 'UpdateItem') {
    const counted = answerSchema.safeParse(answer);
    return counted.success ? [counted.data.Attributes] : [];
  }
  const written = operation === 'TransactWriteItems' ? writtenSchema.safeParse(input).data?.TransactItems : undefined;
  return (written ?? []).flatMap(({ Put }) => rowSchema.safeParse(Put?.Item).data ?? []);
}

/** What a reason means to whoever watches. */
const meanings: Record<ReasonCode, { did: string; tone?: Tone }> = {
  started: { did: 'session', tone: 'good' },
  storm_released: { did: 'session', tone: 'good' },
  storm_triaged: { did: 'session', tone: 'good' },
  retried: { did: 'session', tone: 'good' },
  run_by_user: { did: 'session', tone: 'good' },
  webhook_called: { did: 'webhook', tone: 'good' },
  scheduled: { did: 'later' },
  storm_held: { did: 'held', tone: 'warning' },
  storm_failed: { did: 'no session', tone: 'bad' },
  paused: { did: 'held', tone: 'warning' },
  invalid_rule: { did: 'no session', tone: 'bad' },
  budget: { did: 'no session', tone: 'warning' },
  cooldown: { did: 'no session', tone: 'warning' },
  same_title_running: { did: 'no session', tone: 'warning' },
  rule_disabled: { did: 'no session', tone: 'warning' },
  no_service: { did: 'no session', tone: 'bad' },
  not_matched: { did: 'no session', tone: 'warning' },
  no_rules: { did: 'no session', tone: 'warning' },
  not_needed: { did: 'no session' },
  duplicate_delivery: { did: 'no session' },
  duplicate_alert: { did: 'no session' },
  update: { did: 'no session' },
  acknowledged: { did: 'no session' },
  resolved: { did: 'no session' },
  unknown_state: { did: 'no session' },
  test: { did: 'no session' },
};

/** In a word or two, and its tone; of a reason that this version does not know, nothing but the word. */
export function meaningOf(reason: string): { did: string; tone?: Tone } {
  const known = reasonCodes.find((each) => each === reason);
  return known ? meanings[known] : { did: reason };
}

/** The line of a decision: the alert's id, what came of it, the reason's code, and the sentence. */
export const decisionLine = ({ alertId, reason, sentence }: Decision): { text: string; tone: Tone | undefined } => ({
  text: `${alertId}  ${meanings[reason].did}: ${reason}\n${shortSentence(sentence, alertId)}`,
  tone: meanings[reason].tone,
});

/**
 * Without what the lines beside it say: the alert's id everywhere, and of a start all but the rule. The stored sentence
 * has to stand alone, and is too long for a terminal.
 */
export const shortSentence = (sentence: string, alertId: string): string =>
  sentence.replace(/The alert .*", and rule "/s, 'Rule "').replaceAll(`alert ${alertId} `, 'alert ');

/** Whether a session looks at the alert now, or when its step is due. */
export const leadsToSession = (reason: ReasonCode): boolean => ['session', 'later'].includes(meanings[reason].did);

/** Rules of one relay decide within the same second. */
const SETTLING_MS = 1_000;

/** More than come between an alert and whoever waits for it; a stack that is up for days has millions. */
const KEPT_ALERTS = 1_000;

/** Keeps the latest decisions, for whoever waits for one now or later. */
export class DecisionLog {
  readonly #byAlert = new Map<string, Decision[]>();
  readonly #waiting = new Map<string, () => void>();
  readonly #settlingMs: number;

  constructor(settlingMs: number = SETTLING_MS) {
    this.#settlingMs = settlingMs;
  }

  add(decision: Decision): void {
    const earlier = this.#byAlert.get(decision.alertId);
    if (earlier) earlier.push(decision);
    else {
      this.#byAlert.set(decision.alertId, [decision]);
      // A map's first key is its oldest.
      const [oldest] = this.#byAlert.keys();
      if (this.#byAlert.size > KEPT_ALERTS && oldest !== undefined) this.#byAlert.delete(oldest);
    }
    this.#waiting.get(decision.alertId)?.();
  }

  /** The decision on an alert that leads to a session; where none has come soon after the first, the first. */
  of(alertId: string): Promise<Decision> {
    return new Promise((resolve) => {
      let settling = false;
      const end = (decision: Decision) => {
        this.#waiting.delete(alertId);
        resolve(decision);
      };
      const look = () => {
        const [first, ...others] = this.#byAlert.get(alertId) ?? [];
        if (!first) return;
        const leading = [first, ...others].find(({ reason }) => leadsToSession(reason));
        if (leading) end(leading);
        else if (!settling) {
          settling = true;
          setTimeout(() => end(first), this.#settlingMs);
        }
      };
      this.#waiting.set(alertId, look);
      look();
    });
  }
}
