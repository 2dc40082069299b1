import { type HookStrength, hookStrengths } from '../../contract/alert.ts';
import type { Alert } from './alert.ts';
import { fingerprintOfKey } from './fingerprint.ts';

/** What names an incident within its relay: its fingerprint, and how strong the hook is that it came through. */
export interface Incident {
  fingerprint: string;
  strength?: HookStrength | undefined;
}

/**
 * Key of an incident within its relay. What comes through hooks of different strength is kept apart: a body that
 * anybody could have sent neither ends, nor repeats, nor hides what a signed one tells.
 */
export const incidentOf = ({ fingerprint, strength = 'address' }: Incident): string => keyOf(strength, fingerprint);

/**
 * Further keys by which a sender means the same alert. Opsgenie names it by its alias, and in some actions by its id
 * alone.
 */
function otherIncidentsOf({ format, externalId, metadata, strength }: Alert): string[] {
  const { alertId } = metadata;
  if (format !== 'opsgenie' || typeof alertId !== 'string' || alertId === externalId) return [];
  return [incidentOf({ fingerprint: fingerprintOfKey(format, alertId), strength })];
}

/** Keys of the incidents that an alert stands for. */
export const incidentsOf = (alert: Alert): string[] => [incidentOf(alert), ...otherIncidentsOf(alert)];

/** Keys of the same incident as weaker hooks tell it, the strongest first. */
export const weakerIncidentsOf = ({ fingerprint, strength = 'address' }: Incident): string[] =>
  hookStrengths
    .slice(0, hookStrengths.indexOf(strength))
    .reverse()
    .map((weaker) => keyOf(weaker, fingerprint));

const keyOf = (strength: HookStrength, fingerprint: string): string =>
  strength === 'address' ? fingerprint : `${strength} ${fingerprint}`;
