import { z } from 'zod';
import type { ManagementApi } from '../../commands/api.ts';
import { meaningOf, shortSentence } from '../decisions.ts';
import { jobRowOf, jobSchema } from './jobs.ts';
import { Kept } from './kept.ts';
import type { Names } from './names.ts';
import type { AlertDetail, AlertPage, AlertRow, DecisionRow } from './views.ts';

const text = z.string().nullable();
const alertSchema = z.object({
  id: z.string(),
  title: z.string(),
  message: text,
  severity: z.string(),
  source: z.string(),
  createdAt: z.string(),
  acknowledgedAt: text,
  resolvedAt: text,
  metadata: z.object({
    intake: z.object({
      relayId: z.string(),
      service: z.string().nullish(),
      labels: z.record(z.string(), z.string()).nullish(),
      links: z.record(z.string(), z.string()).nullish(),
    }),
  }),
});
type Alert = z.infer<typeof alertSchema>;
const pageAnswer = z.object({ alerts: z.array(alertSchema), nextCursor: text });
const alertAnswer = z.object({ alert: alertSchema });
const decisionSchema = z.object({
  ruleId: z.string(),
  effectiveReason: z.string(),
  sentence: z.string(),
  count: z.number(),
  lastAt: z.string(),
  jobId: text,
  stormId: text,
});
const decisionsAnswer = z.object({ decisions: z.array(decisionSchema) });
type Decisions = z.infer<typeof decisionsAnswer>['decisions'];
const storyAnswer = z.object({ sentences: z.array(z.string()) });
const jobsAnswer = z.object({ jobs: z.array(jobSchema) });

/** Each costs a request for its decisions, once. */
const PAGE = 20;
const KEPT_ALERTS = 500;

/** Alerts with what was decided on them, by the management API. */
export class AlertSource {
  readonly #api: ManagementApi;
  readonly #names: () => Promise<Names>;
  readonly #decisions = new Kept<Decisions>(KEPT_ALERTS);

  constructor(api: ManagementApi, names: () => Promise<Names>) {
    this.#api = api;
    this.#names = names;
  }

  /** Its decisions are others by now. */
  changed(alertId: string): void {
    this.#decisions.forget(alertId);
  }

  /** A storm that goes on changes what the decisions of all its alerts have come to. */
  allChanged(): void {
    this.#decisions.clear();
  }

  async page(cursor: string | null): Promise<AlertPage> {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== null && { cursor }) });
    const [{ alerts, nextCursor }, names] = await Promise.all([
      this.#api.ask('GET', `/alerts?${query}`, pageAnswer),
      this.#names(),
    ]);
    return { alerts: await Promise.all(alerts.map((alert) => this.#row(alert, names))), nextCursor };
  }

  async one(id: string): Promise<AlertDetail> {
    const path = `/alerts/${encodeURIComponent(id)}`;
    const [{ alert }, { sentences }, { jobs }, names] = await Promise.all([
      this.#api.ask('GET', path, alertAnswer),
      this.#api.ask('GET', `${path}/explain`, storyAnswer),
      this.#api.ask('GET', `${path}/agents`, jobsAnswer),
      this.#names(),
    ]);
    const { labels, links } = alert.metadata.intake;
    return {
      ...(await this.#row(alert, names)),
      message: alert.message === null ? null : straight(alert.message),
      labels: allStraight(labels),
      links: allStraight(links),
      story: sentences,
      jobs: jobs.map(jobRowOf),
    };
  }

  async #row(alert: Alert, names: Names): Promise<AlertRow> {
    const { id, title, severity, source, createdAt, acknowledgedAt, resolvedAt, metadata } = alert;
    const { relayId, service } = metadata.intake;
    const path = `/alerts/${encodeURIComponent(id)}/decisions`;
    const decisions = await this.#decisions.get(
      id,
      async () => (await this.#api.ask('GET', path, decisionsAnswer)).decisions,
    );
    return {
      ...{ id, title: straight(title), severity, source: straight(source), createdAt, acknowledgedAt, resolvedAt },
      service: service ? straight(service) : null,
      relayName: names.relays.get(relayId) ?? relayId,
      decisions: decisions.map((decision) => rowOf(decision, names, id)),
    };
  }
}

const turning = /[\u202a-\u202e\u2066-\u2069]/gu;

/** What the sender said, without what turns the letters behind it around, an address among them. */
const straight = (text: string): string => text.replace(turning, '');

const allStraight = (record: Record<string, string> | null | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(record ?? {}).map(([name, value]) => [straight(name), straight(value)]));

const rowOf = ({ effectiveReason, ...decision }: Decisions[number], names: Names, alertId: string): DecisionRow => ({
  ...decision,
  sentence: shortSentence(decision.sentence, alertId),
  reason: effectiveReason,
  did: meaningOf(effectiveReason).did,
  tone: meaningOf(effectiveReason).tone ?? 'quiet',
  ruleName: names.rules.get(decision.ruleId) ?? decision.ruleId,
});
