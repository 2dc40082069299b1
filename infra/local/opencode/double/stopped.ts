/**
 * Why a run does not come to its end: somebody interrupted it, a permission or a question was refused, the server was
 * stopped in good order, or it was killed and could do nothing more.
 */
export type StopReason = 'interrupted' | 'refused' | 'shutdown' | 'killed';

export class Stopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(reason);
    this.name = 'Stopped';
    this.reason = reason;
  }
}

/** The work's result, unless the run is stopped before. The signal's reason is a `Stopped`. */
export function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
