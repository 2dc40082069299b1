import type { PresetProvider } from '../../../contract/alert.ts';
import { argoCd } from './argo-cd.ts';
import { azureMonitor } from './azure-monitor.ts';
import { checkmk } from './checkmk.ts';
import { dynatrace } from './dynatrace.ts';
import { elastic } from './elastic.ts';
import { githubActions } from './github-actions.ts';
import { googleCloudMonitoring } from './google-cloud-monitoring.ts';
import { healthchecks } from './healthchecks.ts';
import { honeycomb } from './honeycomb.ts';
import { librenms } from './librenms.ts';
import type { Preset } from './preset.ts';
import { rollbar } from './rollbar.ts';
import { thousandeyes } from './thousandeyes.ts';
import { uptimeKuma } from './uptime-kuma.ts';
import { zabbix } from './zabbix.ts';

/** By the name that a webhook is pinned to. Nagios and Icinga send what Checkmk sends. */
export const presets: Record<PresetProvider, Preset> = {
  zabbix,
  checkmk,
  nagios: checkmk,
  icinga: checkmk,
  uptime_kuma: uptimeKuma,
  healthchecks,
  azure_monitor: azureMonitor,
  google_cloud_monitoring: googleCloudMonitoring,
  github_actions: githubActions,
  dynatrace,
  rollbar,
  elastic,
  honeycomb,
  argo_cd: argoCd,
  librenms,
  thousandeyes,
};
