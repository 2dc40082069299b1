import type { Alert } from '../alert/alert.ts';
import { redactAlert } from '../alert/redact-alert.ts';
import { head } from '../text/cut.ts';
import { reportLimits } from './limits.ts';

interface Screening {
  /** Patterns of what the rule takes out of its alerts. */
  redact: readonly string[] | undefined;
  /** Puts the kind of each credential in its place. */
  mask(text: string): string;
}

/** An alert as a page may show it; of its message no more than the page shows. Metadata are not shown. */
export function screenedAlert(alert: Alert, { redact, mask }: Screening): Alert {
  const { messageCharacters } = reportLimits;
  const { message, service, environment, ...known } = redactAlert({ ...alert, metadata: {} }, redact);
  const values = (record: Record<string, string>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [mask(name), mask(value)]));
  return {
    ...known,
    title: mask(known.title),
    source: mask(known.source),
    ...(service !== undefined && { service: mask(service) }),
    ...(environment !== undefined && { environment: mask(environment) }),
    labels: values(known.labels),
    links: values(known.links),
    ...(message !== undefined && { message: mask(head(message, messageCharacters + 1)) }),
  };
}
