import { newMemoryWorld } from '../../../../functions/adapters/memory/stores.ts';
import { playRule } from '../../../../functions/api/manage/replay/play.ts';
import type { Alert } from '../../../../functions/domain/alert/alert.ts';
import type { Catalogue } from '../../../../functions/domain/catalogue/catalogue.ts';
import type { PastSession } from '../../../../functions/domain/job/past-sessions.ts';
import type { Replay } from '../../../../functions/domain/replay/replay.ts';
import type { Rule } from '../../../../functions/domain/rule/rule.ts';
import { sampleAlert, sampleIntegration, sampleRelay, sampleRule } from '../../../support/fakes/alert-samples.ts';

const T0 = Date.parse('2027-03-01T12:00:00Z');
export const iso = (seconds: number): string => new Date(T0 + seconds * 1_000).toISOString();

/** An alert of an incident and a title of its own, so many seconds from the beginning. */
export const at = (seconds: number, name: string, changes: Partial<Alert> = {}): Alert =>
  sampleAlert({
    id: `alr_${name}`,
    title: `Disk ${name}`,
    fingerprint: `v1:${name}`,
    createdAt: iso(seconds),
    ...changes,
  });

export const past = (changes: Partial<PastSession> = {}): PastSession => ({
  alertId: 'alr_past',
  fingerprint: 'v1:past',
  outcome: 'diff_ready',
  costUsd: 1,
  tookMs: 600_000,
  ...changes,
});

/** What a rule with this config would have done. */
export const replayed = (
  alerts: Alert[],
  {
    config = {},
    rule = {},
    sessions = [],
    catalogue,
  }: { config?: object; rule?: Partial<Rule>; sessions?: PastSession[]; catalogue?: Catalogue } = {},
): Promise<Replay> =>
  playRule(newMemoryWorld, {
    rule: sampleRule(rule, config),
    relay: sampleRelay,
    integrations: new Map([['int_1', sampleIntegration]]),
    catalogue,
    alerts,
    sessions,
  });
