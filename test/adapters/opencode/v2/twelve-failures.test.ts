import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DoubleServer, startDoubleServer } from '../../../support/system/double-server.ts';
import { endingOf, twelveFailures } from '../../../support/system/twelve-failures.ts';

/** The same twelve that the driver's system test plays on a real 1.18 server. */
describe('the driver and a double of 2.x', () => {
  let host: DoubleServer;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ host, stop } = await startDoubleServer());
  });
  afterAll(() => stop());

  test.each(twelveFailures)('$title', async (failure) => {
    const ending = await endingOf(host, failure);
    expect(ending).toEqual({
      outcome: failure.outcomeOfV2 ?? failure.outcome,
      cause: expect.stringMatching(failure.cause),
    });
  });
});
