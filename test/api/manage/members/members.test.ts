import { expect, test } from 'vitest';
import { refuseStranger } from '../../../../functions/api/manage/members/members.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { unexpected } from '../../../support/fakes/recorded.ts';

const { deps } = fakeManagement();

test('a member is the name of a token', async () => {
  expect(await refuseStranger(deps, 'ci', 'admin')).toBeUndefined();
  expect(await refuseStranger(deps, 'CI', 'admin')).toMatchObject({
    status: 400,
    issues: [{ path: ['userId'], code: 'unknown_member' }],
  });
});

test('the caller is one, without a look at the tokens', async () => {
  const members = { holders: () => unexpected('names') };
  expect(await refuseStranger({ members }, 'admin', 'admin')).toBeUndefined();
});
