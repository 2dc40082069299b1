import { limits } from '../../contract/limits.ts';
import type { AgentConfig } from '../rule/rule.ts';
import type { StormSettings } from './storm-window.ts';

/** How a rule's config controls storms, defaults applied. */
export const stormSettingsOf = ({
  stormThreshold = limits.stormThreshold.default,
  stormWindowSeconds = limits.stormWindowSeconds.default,
  maxImmediateDispatches = limits.maxImmediateDispatches.default,
  config,
}: AgentConfig): StormSettings => ({
  threshold: stormThreshold,
  windowMs: stormWindowSeconds * 1_000,
  maxImmediate: maxImmediateDispatches,
  criticalBypasses: config?.criticalBypassesStorm ?? false,
});
