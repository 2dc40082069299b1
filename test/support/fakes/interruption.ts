import { aroundPorts } from './around-ports.ts';

export interface Interruption {
  /** Which call of any port, from 1. */
  call: number;
  /** Before its work is done, or after: the work is done and the answer is lost. */
  when: 'before' | 'after';
  /** One call fails, or the process dies there and every later call fails too. */
  kind: 'fails' | 'dies';
}

/** The same ports, broken at one call. `calls` counts what was tried. */
export function interrupted<Deps extends object>(deps: Deps, at?: Interruption): { deps: Deps; calls(): number } {
  let calls = 0;
  const all = aroundPorts(deps, async (call) => {
    calls += 1;
    const hit = at && (at.kind === 'fails' ? calls === at.call : calls >= at.call);
    if (hit && (at.when === 'before' || calls > at.call)) throw new Error('interrupted');
    const answer = await call();
    if (hit) throw new Error('interrupted');
    return answer;
  });
  return { calls: () => calls, deps: all };
}
