import * as z from 'zod';
import { type Alert, alertSchema } from '../../../domain/alert/alert.ts';
import { organizationId } from '../organization.ts';

/** What the contract has no field for stands in `metadata.intake`, beside the sender's own metadata. */
export const alertView = (alert: Alert) => ({
  id: alert.id,
  organizationId,
  webhookId: alert.webhookId,
  title: alert.title,
  message: alert.message ?? null,
  severity: alert.severity,
  source: alert.source,
  externalId: alert.externalId ?? null,
  metadata: {
    ...alert.metadata,
    intake: {
      ...notesOf(alert),
      firstSeverity: alert.firstSeverity,
      strength: alert.strength ?? 'address',
      relayId: alert.relayId,
      deliveryId: alert.deliveryId,
      format: alert.format,
      fingerprint: alert.fingerprint,
      startsAt: alert.startsAt,
      service: alert.service,
      environment: alert.environment,
      labels: alert.labels,
      links: alert.links,
    },
  },
  assignedToUserId: alert.assignedToUserId ?? null,
  acknowledgedAt: alert.acknowledgedAt ?? null,
  acknowledgedBy: alert.acknowledgedBy ?? null,
  resolvedAt: alert.resolvedAt ?? null,
  resolvedBy: alert.resolvedBy ?? null,
  resolvedByUserId: alert.resolvedByUserId ?? null,
  resolvedByProvider: alert.resolvedByProvider ?? null,
  createdAt: alert.createdAt,
  updatedAt: alert.updatedAt,
});

/**
 * What intake noted of the alert: see the manual of the hooks. Its `links` are given as links and none; those that are
 * stand beside.
 */
function notesOf({ metadata: { intake } }: Alert): Record<string, unknown> {
  if (typeof intake !== 'object' || intake === null) return {};
  const { links: otherLinks, ...notes } = { links: undefined, ...intake };
  return { ...notes, ...(otherLinks !== undefined && { otherLinks }) };
}

const { shape } = alertSchema;

export const alertViewSchema = z.strictObject({
  id: z.string(),
  organizationId: z.string(),
  webhookId: z.string(),
  title: z.string(),
  message: z.string().nullable(),
  severity: shape.severity,
  source: z.string(),
  externalId: z.string().nullable(),
  metadata: z.looseObject({
    intake: z.looseObject({
      /** That it came in with, where it has another one by now. */
      firstSeverity: shape.firstSeverity,
      strength: shape.strength.def.innerType,
      ...z.strictObject(shape).pick({
        relayId: true,
        deliveryId: true,
        format: true,
        fingerprint: true,
        startsAt: true,
        service: true,
        environment: true,
        labels: true,
        links: true,
      }).shape,
    }),
  }),
  assignedToUserId: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  resolvedBy: z.nullable(shape.resolvedBy.def.innerType),
  resolvedByUserId: z.string().nullable(),
  resolvedByProvider: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
