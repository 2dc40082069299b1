import type { Preset } from './preset.ts';

/** Azure Monitor's action group, webhook with the common alert schema. */
export const azureMonitor: Preset = {
  source: 'Microsoft Learn, common alert schema',
  shape: 'published',
  mapping: {
    title: ['data.essentials.alertRule', 'data.essentials.description'],
    message: ['data.essentials.description', 'data.alertContext.condition.allOf.0.metricName'],
    severity: {
      path: 'data.essentials.severity',
      values: { sev0: 'critical', sev1: 'high', sev2: 'medium', sev3: 'low', sev4: 'info' },
    },
    status: {
      path: 'data.essentials.monitorCondition',
      firing: ['fired', 'activated'],
      resolved: ['resolved', 'deactivated'],
    },
    // Of each firing and its end; the original id is that of some services only.
    fingerprint: ['data.essentials.alertId', 'data.essentials.originAlertId'],
    service: ['data.essentials.configurationItems', 'data.essentials.alertTargetIDs'],
    startsAt: 'data.essentials.firedDateTime',
    occurredAt: ['data.essentials.resolvedDateTime', 'data.essentials.firedDateTime'],
    labels: {
      monitoringService: 'data.essentials.monitoringService',
      signalType: 'data.essentials.signalType',
      resourceGroup: 'data.essentials.targetResourceGroup',
      resourceType: 'data.essentials.targetResourceType',
    },
    links: { investigation: 'data.essentials.investigationLink' },
  },
};
