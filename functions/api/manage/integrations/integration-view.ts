import * as z from 'zod';
import { bindingSchema, type Integration, integrationSchema } from '../../../domain/rule/integration.ts';
import { organizationId } from '../organization.ts';
import { MASK } from './mask.ts';

/** As the SDK has it: every field is always there, null where it has no value. */
export const integrationView = ({ deletedAt, binding, shortPassword, metadata, ...integration }: Integration) => ({
  ...integration,
  metadata: { ...metadata, ...(binding && { origins: binding.origins }) },
  boundBy: binding?.from ?? null,
  organizationId,
  apiKey: MASK,
  deletedAt: null,
});

export const integrationViewSchema = integrationSchema.omit({ binding: true, shortPassword: true }).extend({
  /** Who has bound the password to `metadata.origins`; null: nobody yet, and the first rule will. */
  boundBy: bindingSchema.shape.from.nullable(),
  organizationId: z.string(),
  apiKey: z.literal(MASK),
  deletedAt: z.null(),
});
