import type { ReasonCounts } from '../contract/reason-codes.ts';
import type { RelayRunInput } from '../contract/relay-run.ts';
import type { StormInput } from '../contract/storm.ts';
import type { WebhookCall } from '../contract/webhook-call.ts';
import type { Catalogue } from '../domain/catalogue/catalogue.ts';
import type { LedgerDay } from '../domain/decision/ledger.ts';
import type { PauseSwitch } from '../domain/decision/pause-switch.ts';
import type { Slots } from '../domain/decision/slots.ts';
import type { BudgetScope, UsedUp } from '../domain/rule/budget.ts';
import type { HeldAlert, Storm, StormMember, StormPhase } from '../domain/storm/storm.ts';
import type { StormWindow } from '../domain/storm/storm-window.ts';
import type { AlertStore, DecisionStore, ListPosition } from './alerts.ts';
import type { JobStore } from './sessions.ts';

/** Of one rule: which alerts arrived in the sliding window and what became of them. Compared and swapped as a whole. */
export interface WindowStore {
  /** An empty window of version 0 where there is none. */
  read(ruleId: string): Promise<{ window: StormWindow; version: number }>;
  /** False, and nothing written, unless the stored version is `version`. */
  write(ruleId: string, window: StormWindow, version: number): Promise<boolean>;
}

export interface StormStore {
  /** The stored storm: the given one, or the one that was there first. */
  createOrGet(storm: Storm): Promise<Storm>;
  get(id: string): Promise<Storm | undefined>;
  list(ids: string[]): Promise<Storm[]>;
  markStarted(id: string, executionArn: string, at: string): Promise<void>;
  /** False, and nothing written, unless the storm is in one of the phases. Undefined values are left alone. */
  change(id: string, changes: Partial<Storm>, from: readonly StormPhase[]): Promise<boolean>;
  /**
   * One row by `id`; written again, it is the same row. An alert may stand in several. `isStorm`: many rows are to be
   * expected, and are kept apart.
   */
  addHeld(stormId: string, id: string, held: HeldAlert[], isStorm?: boolean): Promise<void>;
  /**
   * Each alert once, in the order of arrival. Strongly consistent. `few`: only what was held before it was known to be
   * a storm.
   */
  listHeld(stormId: string, which?: 'few' | 'all'): Promise<HeldAlert[]>;
  /** Newest first, from the row after `before` on. */
  listNewest(span: { before: ListPosition | undefined; expected: number }): AsyncIterable<Storm>;
}

export interface StormMembers {
  /**
   * What the rule held, as it is now, in the order of the ids; an alert that is unknown is left out. Strongly
   * consistent.
   */
  list(ruleId: string, alertIds: string[]): Promise<StormMember[]>;
}

export interface StormStarter {
  /** Starts the execution of that name, or finds it started. Returns its ARN. */
  start(name: string, input: StormInput): Promise<string>;
}

export interface RelayRunStarter {
  start(name: string, input: RelayRunInput): Promise<string>;
}

export interface WebhookQueue {
  /** Resolves only once the queue has the call on disk. */
  send(call: WebhookCall): Promise<void>;
}

/** Who works on a title in a relay: one session at a time. */
export interface TitleClaims {
  holder(relayId: string, title: string): Promise<TitleClaim | undefined>;
  /** False, and nothing written, unless nobody holds the title, or `before` does. */
  claim(relayId: string, title: string, claim: TitleClaim, before: TitleClaim | undefined): Promise<boolean>;
}

/** `at`, `until`: ISO 8601. The claim is over at `until`, or when the session of the job has ended. */
export interface TitleClaim {
  jobId: string;
  alertId: string;
  at: string;
  until: string;
}

/** The last job that a rule started for an incident; the job store writes it with the job. */
export interface IncidentJobs {
  last(ruleId: string, incident: string): Promise<string | undefined>;
}

export type { BudgetScope };

export interface Budgets {
  /**
   * Counts the job for the day, once however often it is called. Undefined if it may start, else which limit is used
   * up.
   */
  take(scope: BudgetScope, day: string, jobId: string): Promise<UsedUp | undefined>;
  /** Takes the job back that was counted and does not start. Repeating it changes nothing. */
  giveBack(scope: string, day: string, jobId: string): Promise<void>;
  /** Sets what the job has cost. Repeating it changes nothing. */
  spend(scope: string, day: string, jobId: string, costUsd: number): Promise<void>;
}

/** Of an integration that limits its sessions: who is at work, and who waits. Compared and swapped as a whole. */
export interface SlotStore {
  /** No slots, of version 0, where there are none. Strongly consistent. */
  read(integrationId: string): Promise<{ slots: Slots; version: number }>;
  /** False, and nothing written, unless the stored version is `version`. */
  write(integrationId: string, slots: Slots, version: number): Promise<boolean>;
}

export interface PauseSwitchStore {
  /** Strongly consistent. Undefined: it was never changed. */
  read(): Promise<PauseSwitch | undefined>;
  /** `name`: the one switch there is. */
  write(name: 'starts', value: PauseSwitch): Promise<void>;
}

/** The account of a relay's day: what was accepted, and what it came to. */
export interface Ledger {
  /** Before a delivery is routed, so that what never is shows as a difference. The first one stands. */
  accepted(delivery: {
    relayId: string;
    day: string;
    deliveryId: string;
    /** Of a further part: the delivery, which is counted once. */
    partOf?: string | undefined;
    entries: number;
    decisions: number;
  }): Promise<void>;
  /** Once every entry of the delivery has its decisions. Repeating it changes nothing. */
  decided(delivery: {
    relayId: string;
    day: string;
    deliveryId: string;
    partOf?: string | undefined;
    entries: number;
    reasons: ReasonCounts;
  }): Promise<void>;
  /** Decisions that became others; the counts sum to 0. `id` is unique to the move. Repeating it changes nothing. */
  moved(move: { relayId: string; day: string; id: string; reasons: ReasonCounts }): Promise<void>;
  day(relayId: string, day: string): Promise<LedgerDay>;
}

/** Days that are over, summed up, for longer than what they were summed up from. */
export interface LedgerDays {
  /** Written again, it is the same row. */
  write(relayId: string, day: string, account: LedgerDay): Promise<void>;
  /** In their order, both ends included; a day without deliveries is left out. */
  list(relayId: string, from: string, to: string): Promise<({ day: string } & LedgerDay)[]>;
}

export interface PausedDecisions {
  /**
   * At most `limit`, oldest first. A new one may be missing for a moment, and one that was just decided still be there.
   */
  list(limit: number): Promise<{ decisions: { alertId: string; ruleId: string }[]; more: boolean }>;
}

/** The one catalogue of services, version by version. What is stored under a number is never changed. */
export interface CatalogueStore {
  /** The version in force; undefined: none was stored yet. */
  current(): Promise<Catalogue | undefined>;
  get(version: number): Promise<Catalogue | undefined>;
  /** False, and nothing written, unless the version in force is the one before. `id`: for the audit log. */
  put(id: string, catalogue: Catalogue): Promise<boolean>;
}

/** Everything that routing and storms keep, as one world of its own. */
export interface RoutingStores {
  alerts: AlertStore;
  decisions: DecisionStore;
  jobs: JobStore;
  windows: WindowStore;
  storms: StormStore;
  members: StormMembers;
  titles: TitleClaims;
  incidentJobs: IncidentJobs;
  budgets: Budgets;
  switch: PauseSwitchStore;
  catalogue: CatalogueStore;
  ledger: Ledger;
}

/** Stores that a world in memory may lie on top of: they are read, and never written. */
export interface StoresBelow {
  alerts: Pick<AlertStore, 'get' | 'latestOf'>;
  jobs: Pick<JobStore, 'get'>;
  windows: Pick<WindowStore, 'read'>;
  titles: Pick<TitleClaims, 'holder'>;
  incidentJobs: Pick<IncidentJobs, 'last'>;
}

/** A world in which nothing is stored: what is written to it is gone with it. */
export type NewWorld = (below?: Partial<StoresBelow>) => RoutingStores;
