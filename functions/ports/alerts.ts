import type { Delivery } from '../contract/delivery.ts';
import type { ReasonCode, ReasonCounts } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { Decision } from '../domain/decision/decision.ts';
import type { Responder } from '../domain/job/responder.ts';

/** Which deliveries were queued, for senders that do not sign the time. */
export interface DeliveryMemory {
  has(deliveryId: string): Promise<boolean>;
  remember(deliveryId: string, at: Date): Promise<void>;
}

/** What a sender tells of an alert, its key and times aside. */
export type AlertContent = Pick<
  Alert,
  | 'title'
  | 'message'
  | 'severity'
  | 'firstSeverity'
  | 'source'
  | 'service'
  | 'environment'
  | 'externalId'
  | 'links'
  | 'labels'
  | 'metadata'
  | 'newsOccurredAt'
  | 'updatedAt'
>;

export interface AlertStore {
  /** False if the alert is there already: then it stands, and only the way from its incident to it is mended. */
  create(alert: Alert): Promise<boolean>;
  get(id: string): Promise<Alert | undefined>;
  /** The alert of that id; where there is none, the newest of the incident. */
  find(id: string, relayId: string, incident: string): Promise<Alert | undefined>;
  /** The newest alert of an incident, as `incidentOf` names it, whatever its state. */
  latestOf(relayId: string, incident: string): Promise<Alert | undefined>;
  markRouted(id: string, at: string): Promise<void>;
  /** Does nothing if the alert is unknown or already acknowledged. `by`: a user's name. */
  acknowledge(id: string, at: string, by: string): Promise<void>;
  /**
   * What the monitoring system says at `saidAt` of whether somebody has the alert in hand. Nothing where the alert is
   * unknown or something later was said. The first acknowledgement stands; a user's is never taken back.
   */
  sayAcknowledged(id: string, isAcknowledged: boolean, at: string, saidAt: string): Promise<void>;
  /**
   * Does nothing if the alert is unknown or already resolved. `occurredAt`: the time of the end by the sender's clock.
   */
  resolve(id: string, at: string, provider: string, occurredAt?: string): Promise<void>;
  /**
   * Writes these words over the alert's own; undefined ones leave it as it is. Does nothing if the alert is unknown.
   */
  updateContent(id: string, words: AlertContent): Promise<void>;
}

/** Where a row stands in a list that is sorted by age. */
export interface ListPosition {
  createdAt: string;
  id: string;
}

/** Alerts as people work with them. What changes nothing, or concerns an unknown alert, is no error. */
export interface AlertQueries extends Pick<AlertStore, 'get' | 'acknowledge'> {
  /**
   * Newest first, from the row after `before` on, read as the caller goes. A new alert or a change of state may be
   * missing for a moment; an alert never stands in the list of a state that it is not in. `expected`: how many will be
   * taken.
   */
  listNewest(
    state: 'all' | 'active' | 'resolved',
    span: { before: ListPosition | undefined; expected: number },
  ): AsyncIterable<Alert>;
  /** Takes back what a user acknowledged at `until` or before; what a monitoring system did stands. */
  takeBackAcknowledgement(id: string, at: string, until: string): Promise<void>;
  /** The first resolution stands. */
  resolveByUser(id: string, at: string, userId: string): Promise<void>;
  assign(id: string, at: string, userId: string): Promise<void>;
}

export interface ResponderStore {
  /** The stored responder: the given one, or the one of the same id that is on it already. */
  join(responder: Responder): Promise<Responder>;
  /** Undefined if there is none. Repeated with the same status it changes the link only. */
  end(change: {
    alertId: string;
    id: string;
    status: 'done' | 'dropped';
    prUrl: string | undefined;
    at: string;
  }): Promise<Responder | undefined>;
  /** In the order of joining. Strongly consistent. */
  listByAlert(alertId: string): Promise<Responder[]>;
}

export interface DecisionStore {
  /** Reasons, by rule, that this entry of the delivery was counted for already: they stand. */
  recordedReasons(alertId: string, deliveryId: string, entry: string): Promise<Map<string, ReasonCode>>;
  /**
   * Adds one to the decision's count, unless this entry of the delivery, by its name, was counted for the rule already,
   * whatever the reason was then.
   */
  record(decision: NewDecision, entry: string): Promise<RecordedDecision>;
  /** The same for several entries, of deliveries of their own; `lastDeliveryId` is that of the last one. */
  recordRepeats(decision: NewDecision, entries: CountedEntry[]): Promise<RecordedDecision[]>;
  /**
   * Records what a new alert's routing has come to; where the alert is not stored yet, with it and the way from its
   * incident to it. All or nothing: false, and nothing written, where somebody else has stored or routed the alert.
   */
  recordFirst(first: FirstDecisions): Promise<boolean>;
  /**
   * Makes a decision that stood for a while into another one, in the ledger too. False if there is none of that reason,
   * or it has been followed already. Repeating it finishes an interrupted call. From a reason to the same one it tells
   * anew what it led to, and counts nothing.
   */
  move(move: DecisionMove): Promise<boolean>;
  listByAlert(alertId: string): Promise<Decision[]>;
}

export interface FirstDecisions {
  alert: Alert;
  /** The alert is stored already, by this very routing. */
  isStored: boolean;
  /** One for each rule. */
  decisions: NewDecision[];
  /** Name of the entry that they are counted for. */
  entry: string;
  /** Undefined: the alert is not routed by this. */
  routedAt: string | undefined;
}

/** An entry of a delivery, by its name. */
interface CountedEntry {
  deliveryId: string;
  entry: string;
}

export type NewDecision = Omit<Decision, 'count' | 'firstAt' | 'followedBy'>;

/** The reason that it is counted under, as it was then: the ledger has a row of its own for what became of it. */
export interface RecordedDecision {
  reason: ReasonCode;
  counted: boolean;
}

export interface DecisionMove extends Omit<NewDecision, 'lastDeliveryId'> {
  from: ReasonCode;
  /** What the ledger has it as, where that is not `from`: a storm takes its alerts over in one row. */
  countedAs?: ReasonCode | undefined;
  /** Of the ledger: when the alert was received. */
  day: string;
}

export interface DeliveryQueue {
  /** Resolves only once the queue has the delivery on disk. */
  send(delivery: Delivery): Promise<void>;
}

export interface Redelivery {
  /** Lets a message that was received, and not deleted, come again after `seconds`. */
  delay(receiptHandle: string, seconds: number): Promise<void>;
  /** Stores a message of the same body and trace behind all others, whose receives count from none. */
  sendAgain(body: string, traceparent: string | undefined): Promise<void>;
}

interface RoutingCounts {
  /** By relay: entries that were routed, and their decisions by reason. */
  relays: ReadonlyMap<string, { entries: number; reasons: ReasonCounts }>;
  alertsRouted: number;
}

export interface RoutingMetrics {
  /** Once per batch. */
  publish(counts: RoutingCounts): void;
}
