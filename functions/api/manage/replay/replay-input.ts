import * as z from 'zod';
import { ruleInput } from '../rules/rule-input.ts';
import { since } from '../since.ts';

export const replayInput = z.strictObject({ rule: ruleInput, since });
export type ReplayInput = z.output<typeof replayInput>;
