import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChangeNotice } from '../views.ts';
import { listen } from './live.ts';

/** What the server answered last; it stays while it is read anew, and when that fails. */
export interface Resource<Value> {
  value: Value | undefined;
  error: string | undefined;
}

/** A list that changes all the time is read so often and no more. */
const PAUSE_MS = 1_000;

/** Throws where the server gives nothing. */
export async function read<Value>(path: string): Promise<Value> {
  const response = await fetch(`/console/api/${path}`);
  const body: Value & { message?: string } = await response.json();
  if (!response.ok) throw new Error(body.message ?? `The console answered ${response.status}.`);
  return body;
}

/** The browser's own words for a server that is away differ from one to the next. */
export function wordsOf(error: unknown): string {
  if (error instanceof TypeError) return 'The local stack does not answer.';
  return error instanceof Error ? error.message : String(error);
}

/** Reads a path, and again after each change that concerns it, one read at a time, with a pause between two. */
export function useResource<Value>(
  path: string,
  concerns: (change: ChangeNotice) => boolean,
  pauseMs: number = PAUSE_MS,
): Resource<Value> {
  const [resource, setResource] = useState<Resource<Value> & { path: string }>({
    ...{ path, value: undefined, error: undefined },
  });
  const concerned = useRef(concerns);
  concerned.current = concerns;
  useEffect(() => {
    const reader = repeatedly(async (isCurrent) => {
      try {
        const value = await read<Value>(path);
        if (isCurrent()) setResource({ path, value, error: undefined });
      } catch (error) {
        if (isCurrent()) setResource((last) => ({ ...last, path, error: wordsOf(error) }));
      }
    }, pauseMs);
    reader.ask();
    const stop = listen({
      changed: (change) => {
        if (change === undefined || change.more || concerned.current(change)) reader.ask();
      },
    });
    return () => {
      stop();
      reader.end();
    };
  }, [path, pauseMs]);
  return resource.path === path ? resource : { value: undefined, error: undefined };
}

/** Runs `work` when asked, never twice at once, and with a pause between; what is asked meanwhile is one more run. */
export function repeatedly(work: (isCurrent: () => boolean) => Promise<void>, pauseMs: number) {
  let isAtWork = false;
  let isAsked = false;
  let hasEnded = false;
  const run = async () => {
    isAtWork = true;
    while (isAsked && !hasEnded) {
      isAsked = false;
      await work(() => !hasEnded);
      if (!hasEnded) await new Promise((done) => setTimeout(done, pauseMs));
    }
    isAtWork = false;
  };
  return {
    ask(): void {
      isAsked = true;
      if (!isAtWork) void run();
    },
    end(): void {
      hasEnded = true;
    },
  };
}
