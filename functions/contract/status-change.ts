import * as z from 'zod';

/** How an execution ends that does not succeed. */
export const stoppedStatuses = ['ABORTED', 'TIMED_OUT', 'FAILED'] as const;

const detailSchema = z.object({
  executionArn: z.string(),
  /** The execution's name: the id of the job, run or storm. */
  name: z.string(),
  status: z.enum(stoppedStatuses),
  error: z.string().nullish(),
  cause: z.string().nullish(),
});

/**
 * The part in use of EventBridge's `Step Functions Execution Status Change` of an execution that did not succeed. The
 * `input` of a session is left alone: it may be larger than the 248 KiB from which EventBridge leaves it out.
 */
export const statusChangeSchema = z.object({ detail: detailSchema });
export type StatusChange = z.infer<typeof statusChangeSchema>;

/** The same with the input of the execution, where that is well below 248 KiB and so is always there, as JSON text. */
export const statusChangeWithInput = <Input extends z.ZodType>(what: string, inputSchema: Input) =>
  z.object({
    detail: detailSchema.extend({
      input: z.string().transform((text, context): z.output<Input> => {
        const input = inputSchema.safeParse(JSON.parse(text));
        if (input.success) return input.data;
        context.addIssue({ code: 'custom', message: `is no input of a ${what}` });
        return z.NEVER;
      }),
    }),
  });
