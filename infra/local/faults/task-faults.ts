import { StatesError } from '../states/errors.ts';
import type { FaultableCall } from './fault.ts';
import type { FaultInjector, Refused } from './injector.ts';

const prefixes: Partial<Record<FaultableCall['service'], string>> = { events: 'EventBridge', states: 'StepFunctions' };
const names: Record<Refused, string> = {
  throttling: 'ThrottlingException',
  error: 'InternalServerException',
  timeout: 'SdkClientException',
  lost: 'SdkClientException',
  death: 'SdkClientException',
};

/** A call that an execution makes of a service itself, with the trouble that it meets. Throws as its Task would. */
export const taskWithFaults = (
  faults: FaultInjector,
  call: FaultableCall,
  work: () => Promise<unknown>,
): Promise<unknown> =>
  faults.around(call, work, (kind) => {
    throw new StatesError(`${prefixes[call.service] ?? call.service}.${names[kind]}`, 'Injected by the local stack');
  });
