import { TaskError } from '../../domain/errors.ts';
import type { EndpointPolicy } from '../../ports.ts';
import { createGuard } from './guard.ts';

/** What the driver refuses to call by its address alone, before anybody tries. `privateHosts` as for the guard. */
export function createEndpointPolicy(privateHosts: string): EndpointPolicy {
  const guard = createGuard(privateHosts);
  return {
    refusal(endpoint) {
      try {
        guard.check(new URL(endpoint));
        return undefined;
      } catch (error) {
        if (error instanceof TaskError) return error.message;
        throw error;
      }
    },
  };
}
