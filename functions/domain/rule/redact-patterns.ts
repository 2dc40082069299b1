import * as z from 'zod';
import { patternProblem } from '../text/linear-pattern.ts';

const MAX_PATTERNS = 10;
const MAX_CHARACTERS = 200;

const pattern = z
  .string()
  .min(1)
  .max(MAX_CHARACTERS)
  .superRefine((source, context) => {
    const problem = patternProblem(source);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

/** `config.config.redact` of an agent rule. */
export const redactPatternsSchema = z.array(pattern).max(MAX_PATTERNS);
