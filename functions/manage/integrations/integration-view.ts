import type { Integration } from '../../domain/integration.ts';
import { organizationId } from '../organization.ts';

/** What stands in the place of a password. */
const MASK = '***';

/** As the SDK has it: every field is always there, null where it has no value. */
export const integrationView = (integration: Integration) => ({
  ...integration,
  organizationId,
  apiKey: MASK,
  deletedAt: null,
});
