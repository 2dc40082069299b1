import { z } from 'zod';
import { AwsError } from '../aws/error.ts';

export { parseRequest } from '../aws/request.ts';

const arn = z.string().min(1).max(256);
const page = { maxResults: z.int().min(0).max(1_000).default(0), nextToken: z.string().optional() };

/** Inputs of the operations that are served here. */
export const requestSchemas = {
  StartExecution: z.object({
    stateMachineArn: arn,
    name: z.string().optional(),
    input: z.string().default('{}'),
    traceHeader: z.string().optional(),
  }),
  StopExecution: z.object({
    executionArn: arn,
    error: z.string().max(256).optional(),
    cause: z.string().max(32_768).optional(),
  }),
  RedriveExecution: z.object({ executionArn: arn, clientToken: z.string().optional() }),
  DescribeExecution: z.object({ executionArn: arn }),
  GetExecutionHistory: z.object({
    executionArn: arn,
    ...page,
    reverseOrder: z.boolean().default(false),
    includeExecutionData: z.boolean().default(true),
  }),
  ListExecutions: z.object({
    stateMachineArn: arn,
    statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT']).optional(),
    ...page,
  }),
  DescribeStateMachine: z.object({ stateMachineArn: arn }),
  DescribeStateMachineForExecution: z.object({ executionArn: arn }),
  ListStateMachines: z.object(page),
} as const;

type Operation = keyof typeof requestSchemas;
export type Request<O extends Operation> = z.infer<(typeof requestSchemas)[O]>;

/** White space, brackets, wildcards, other special and control characters: what AWS refuses in a name. */
const illegalCharacters = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

export function checkName(name: string): void {
  if (name.length < 1 || name.length > 80 || illegalCharacters.test(name)) {
    throw new AwsError(
      'InvalidName',
      `Invalid Name: '${name}': 1 to 80 characters without spaces, brackets or any of ?*"#%\\^|~\`$&,;:/`,
    );
  }
}

const MOST_INPUT_BYTES = 256 * 1024;

/** The execution's input as JSON. */
export function parseInput(text: string): unknown {
  if (Buffer.byteLength(text) > MOST_INPUT_BYTES) {
    throw new AwsError('ValidationException', `input: must be at most ${MOST_INPUT_BYTES} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('InvalidExecutionInput', 'Invalid State Machine Execution Input: it is no JSON');
  }
}

const DEFAULT_PAGE = 100;

/**
 * One page of `length` items, by index. The token is the index that the next page starts at; `wanted` picks items. With
 * `newestFirst` it counts down, so that items added meanwhile move no page.
 */
export function pageOf(
  length: number,
  { maxResults, nextToken }: { maxResults: number; nextToken?: string | undefined },
  newestFirst: boolean,
  wanted: (index: number) => boolean = () => true,
): { indexes: number[]; nextToken?: string } {
  const step = newestFirst ? -1 : 1;
  let index = nextToken === undefined ? (newestFirst ? length - 1 : 0) : parseToken(nextToken, length);
  const indexes: number[] = [];
  for (; index >= 0 && index < length; index += step) {
    if (!wanted(index)) continue;
    if (indexes.length === (maxResults || DEFAULT_PAGE)) return { indexes, nextToken: String(index) };
    indexes.push(index);
  }
  return { indexes };
}

function parseToken(token: string, length: number): number {
  const index = Number(token);
  if (!/^\d+$/.test(token) || index >= length) throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
  return index;
}
