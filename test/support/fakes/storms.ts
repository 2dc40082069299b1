import type { ResultReader } from '../../../functions/ports.ts';
import { late } from './late.ts';

export const fakeAnswers = (answers: Map<string, string>): ResultReader =>
  late({ read: async (key, characters) => answers.get(key)?.slice(0, characters) ?? null });
