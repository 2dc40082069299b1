import { z } from 'zod';

/** By its name, or by its ARN with or without the star at its end. */
const group = { logGroupName: z.string().optional(), logGroupIdentifier: z.string().optional() };
const page = { nextToken: z.string().optional() };
const times = { startTime: z.int().min(0).default(0), endTime: z.int().min(0).default(Number.MAX_SAFE_INTEGER) };
const limit = (most: number, usual: number) => z.int().min(1).max(most).default(usual);

/** Inputs of the operations that are served here. */
export const requestSchemas = {
  DescribeLogGroups: z.object({
    logGroupNamePrefix: z.string().default(''),
    logGroupNamePattern: z.string().default(''),
    limit: limit(50, 50),
    ...page,
  }),
  DescribeLogStreams: z.object({ ...group, logStreamNamePrefix: z.string().default('') }),
  FilterLogEvents: z.object({
    ...group,
    ...times,
    ...page,
    logStreamNames: z.array(z.string()).optional(),
    logStreamNamePrefix: z.string().default(''),
    filterPattern: z.string().default(''),
    limit: limit(10_000, 10_000),
  }),
  GetLogEvents: z.object({
    ...group,
    ...times,
    ...page,
    logStreamName: z.string(),
    limit: limit(10_000, 10_000),
    startFromHead: z.boolean().default(false),
  }),
  StartQuery: z.object({
    logGroupNames: z.array(z.string()).min(1).max(50),
    /** Epoch seconds. */
    startTime: z.int().min(0),
    endTime: z.int().min(0),
    queryString: z.string().max(10_000),
  }),
  GetQueryResults: z.object({ queryId: z.string() }),
} as const;

export type Request<O extends keyof typeof requestSchemas> = z.infer<(typeof requestSchemas)[O]>;
