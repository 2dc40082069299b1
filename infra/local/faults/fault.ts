import { z } from 'zod';
import { UsageError } from '../../usage-error.ts';

const services = ['dynamodb', 'secretsmanager', 's3', 'sqs', 'states', 'events', 'lambda'] as const;
const kinds = ['throttling', 'error', 'timeout', 'lost', 'latency', 'death'] as const;

/** Services in which there can be trouble, by the names that requests are signed for. */
export type FaultyService = (typeof services)[number];

/**
 * `throttling` and `error`: refused, as by a limit or by a service that is down. `timeout`: nothing done, and no
 * answer. `lost`: done, and no answer. `latency`: done, late. `death`: of a function alone, in the middle of a call.
 */
export type FaultKind = (typeof kinds)[number];

/** Trouble that some calls of a service meet. */
export interface Fault {
  service: FaultyService;
  kind: FaultKind;
  /** Part of the calls, from 0 to 1. */
  rate: number;
  /** One operation by its name, e.g. `PutItem`. Absent: all. */
  operation?: string | undefined;
  /** The function that calls, or of `lambda` is called, by its folder, e.g. `poll-session`. Absent: all. */
  functionName?: string | undefined;
  /** Of latency and time-outs. */
  ms?: number | undefined;
  /** After so many there are no more. Absent: no end. */
  times?: number | undefined;
}

/** One call, as faults look at it. `functionName` as the template has it. */
export interface FaultableCall {
  service: FaultyService;
  operation: string;
  functionName?: string | undefined;
}

const form =
  /^(?<service>\w+)(?:\/(?<operation>\w+))?(?:@(?<functionName>[\w-]+))?:(?<kind>\w+)(?::(?<rate>[\d.]+))?(?::(?<ms>\d+))?$/;
const faultSchema = z.object({
  service: z.enum(services),
  operation: z.string().optional(),
  functionName: z.string().optional(),
  kind: z.enum(kinds),
  rate: z.coerce.number().min(0).max(1).default(1),
  ms: z.coerce.number().int().optional(),
});

/** Parses `SERVICE[/OPERATION][@FUNCTION]:KIND[:RATE[:MS]]`, several of them with commas between. Throws UsageError. */
export const parseFaults = (text: string): Fault[] => text.split(',').map(parseFault);

function parseFault(text: string): Fault {
  const parsed = faultSchema.safeParse({ ...form.exec(text)?.groups });
  if (parsed.success && (parsed.data.kind !== 'death' || parsed.data.service === 'lambda')) return parsed.data;
  throw new UsageError(
    `--fault must be SERVICE[/OPERATION][@FUNCTION]:KIND[:RATE[:MS]], such as dynamodb:throttling:0.1 or ` +
      `lambda@poll-session:death:0.2, not "${text}". Services: ${services.join(', ')}. Kinds: ${kinds.join(', ')} ` +
      '(the last of lambda alone)',
  );
}

/** Whether a fault speaks of the call. */
export const speaksOf = (fault: Fault, { service, operation, functionName = '' }: FaultableCall): boolean =>
  fault.service === service &&
  (fault.operation === undefined || fault.operation === operation) &&
  (fault.functionName === undefined || plain(functionName).includes(plain(fault.functionName)));

/** `poll-session` and `OpencodeRelay-PollSessionFunction1234` are one. */
const plain = (name: string): string => name.replaceAll('-', '').toLowerCase();
