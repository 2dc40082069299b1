import type { EndpointPolicy } from '../../ports.ts';
import { createGuard, targetAdvice, targetProblems } from './guard.ts';

/** What is refused by its address alone, before anybody tries to call it. `privateHosts` as for the guard. */
export function createEndpointPolicy(privateHosts: string): EndpointPolicy {
  const guard = createGuard(privateHosts);
  return {
    refusal(endpoint) {
      const url = new URL(endpoint);
      const problem = guard.problem(url);
      return problem && `The host ${url.host} is not called: ${targetProblems[problem]}. ${targetAdvice}`;
    },
  };
}
