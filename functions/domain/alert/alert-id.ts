import { hashedId } from '../text/digest.ts';
import { type Incident, incidentOf } from './incident.ts';

/** One incident of one relay, before it has a start. */
export interface IncidentKey extends Incident {
  relayId: string;
}

/**
 * Id of the alert that a sender with a start means: `alr_` and 32 hex digits. The same relay, incident and start are
 * the same alert. `startsAt` is ISO 8601; two spellings of one instant, such as other time zones, give one id. Throws
 * RangeError if it is no date.
 */
export function alertIdOf({ relayId, startsAt, ...incident }: IncidentKey & { startsAt: string }): string {
  const startMs = Date.parse(startsAt);
  if (Number.isNaN(startMs)) throw new RangeError('The start of an alert is no date');
  return alertId('start', relayId, incidentOf(incident), String(startMs));
}

/**
 * Id of the next alert of an incident whose sender gives no start. `previousAlertId` is the incident's newest alert,
 * which must be resolved, or null if there was none. Repeats that arrive at the same time see the same previous alert,
 * so they get the same id and are one alert.
 */
export function nextAlertIdOf({
  relayId,
  previousAlertId,
  ...incident
}: IncidentKey & { previousAlertId: string | null }): string {
  return alertId('after', relayId, incidentOf(incident), previousAlertId ?? '');
}

/** An incident's key holds whatever its sender likes; JSON keeps the parts apart. */
function alertId(...parts: [kind: 'start' | 'after', relayId: string, incident: string, last: string]): string {
  return hashedId('alr', JSON.stringify(parts));
}
