import type { AnswerReader } from '../../../functions/ports.ts';

export const fakeAnswers = (answers: Map<string, string>): AnswerReader => ({
  read: async (key, characters) => answers.get(key)?.slice(0, characters) ?? null,
});
