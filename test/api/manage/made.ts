import { Refusal } from '../../../functions/api/manage/refusal.ts';

/** What a use case has made; a refusal fails the test. */
export function made<Result>(result: Result | Refusal): Result {
  if (result instanceof Refusal) throw new Error(`${result.status} ${result.message}`);
  return result;
}
