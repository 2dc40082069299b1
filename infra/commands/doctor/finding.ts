import { Failure } from '../failure.ts';

/** `unknown`: it could not be looked at, so nobody knows. */
type FindingState = 'ok' | 'mend' | 'unknown';

/** One line of the doctor. */
export interface Finding {
  /** What was looked at: `dead letters`. */
  check: string;
  state: FindingState;
  found: string;
  /** What to do; null where it is well. */
  mend: string | null;
}

/** A look at one thing. What it throws is a line too, and keeps no other look from being had. */
export interface Check {
  name: string;
  /** What to do where it cannot be had. */
  needs: string;
  look(): Promise<Omit<Finding, 'check'>[]>;
}

export const ok = (found: string): Omit<Finding, 'check'> => ({ state: 'ok', found, mend: null });
export const toMend = (found: string, mend: string): Omit<Finding, 'check'> => ({ state: 'mend', found, mend });

/** All looks, beside each other; the lines in the order of the checks. */
export async function examine(checks: readonly Check[]): Promise<Finding[]> {
  const found = await Promise.all(
    checks.map(async ({ name, needs, look }) => {
      try {
        return (await look()).map((each) => ({ check: name, ...each }));
      } catch (error) {
        const unknown = `could not be looked at: ${reasonOf(error)}`;
        return [{ check: name, state: 'unknown' as const, found: unknown, mend: needs }];
      }
    }),
  );
  return found.flat();
}

const signs: Record<FindingState, string> = { ok: 'ok      ', mend: 'MEND    ', unknown: 'UNKNOWN ' };

export const textOf = ({ check, state, found, mend }: Finding): string =>
  `${signs[state]}${check}: ${found}${mend === null ? '' : `\n${' '.repeat(signs.ok.length)}→ ${mend}`}`;

/** The name of an AWS error is what one looks for. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof Failure || error.name === 'Error' ? error.message : `${error.name}, ${error.message}`;
}
