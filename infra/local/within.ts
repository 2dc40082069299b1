/** Something that was waited for did not come in time; the message says what, and for how long it was waited. */
export class TimeLimit extends Error {}

/** Waits at most so long. `what` completes the sentence "Waited 30 s for …". Throws TimeLimit. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TimeLimit(`Waited ${ms / 1_000} s for ${what}.`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
