import { type Admission, type Arrival, admit, type StormSettings } from '../domain/storm-window.ts';
import type { Clock, WindowStore } from '../ports.ts';

export interface AdmitDeps {
  windows: WindowStore;
  clock: Pick<Clock, 'now'>;
}

/** So many routers at once would have to come between; then the deliveries come again. */
const TRIES = 20;

/**
 * Storm control of one rule for all new alerts of a batch at once: one read and one compare-and-swap, however many alerts
 * there are. An alert that was admitted before, by a try that broke off, gets the same answer.
 */
export async function admitAlerts(
  { windows, clock }: AdmitDeps,
  ruleId: string,
  settings: StormSettings,
  arrivals: Arrival[],
): Promise<Map<string, Admission>> {
  for (let tried = 0; tried < TRIES; tried++) {
    const { window, version } = await windows.read(ruleId);
    const admitted = admit(window, arrivals, settings, clock.now().getTime(), ruleId);
    if (await windows.write(ruleId, admitted.window, version)) return admitted.admissions;
  }
  throw new Error(`The storm window of rule ${ruleId} was changed by others ${TRIES} times`);
}
