import { ApiRefusal } from '../../../functions/api/manage/refusal.ts';

/** What a use case has made; a refusal fails the test. */
export function made<Result>(result: Result | ApiRefusal): Result {
  if (result instanceof ApiRefusal) throw new Error(`${result.status} ${result.message}`);
  return result;
}
