import * as z from 'zod';
import { type Integration, integrationSchema } from '../../../domain/rule/integration.ts';
import { organizationId } from '../organization.ts';

/** What stands in the place of a password. */
const MASK = '***';

/** As the SDK has it: every field is always there, null where it has no value. */
export const integrationView = ({ deletedAt, ...integration }: Integration) => ({
  ...integration,
  organizationId,
  apiKey: MASK,
  deletedAt: null,
});

export const integrationViewSchema = integrationSchema.extend({
  organizationId: z.string(),
  apiKey: z.literal(MASK),
  deletedAt: z.null(),
});
