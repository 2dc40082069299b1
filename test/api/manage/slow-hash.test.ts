import { scryptSync } from 'node:crypto';
import { expect, test, vi } from 'vitest';

test('what people make up is hashed at the cost that is usual for it', async () => {
  const { slowHash } = await vi.importActual<typeof import('../../../functions/api/manage/slow-hash.ts')>(
    '../../../functions/api/manage/slow-hash.ts',
  );
  const usual = scryptSync('hunter2', 'salt', 16, { cost: 16_384, blockSize: 8, parallelization: 1 });
  expect(slowHash('hunter2', 'salt', 16)).toBe(usual.toString('hex'));
});
