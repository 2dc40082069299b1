import type { Alert } from '../../domain/alert.ts';
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
  assignedToUserId: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: alert.resolvedAt ?? null,
  resolvedBy: alert.resolvedBy ?? null,
  resolvedByUserId: null,
  resolvedByProvider: alert.resolvedByProvider ?? null,
  createdAt: alert.createdAt,
  updatedAt: alert.updatedAt,
});
