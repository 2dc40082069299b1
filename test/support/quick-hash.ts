import { scryptSync } from 'node:crypto';
import { vi } from 'vitest';

/** The hash of what people make up is slow on purpose. Tests take hundreds: here it has the least cost there is. */
vi.mock(import('../../functions/api/manage/slow-hash.ts'), () => ({
  slowHash: (text, salt, bytes) => scryptSync(text, salt, bytes, { cost: 2 }).toString('hex'),
}));
