import * as z from 'zod';
import { type Relay, relaySchema } from '../../../domain/rule/relay.ts';
import { organizationId } from '../organization.ts';

/** As the SDK has it: every field is always there, null where it has no value. */
export const relayView = ({ createdBy, deletedAt, ...relay }: Relay) => ({
  ...relay,
  organizationId,
  externalKey: relay.externalKey ?? null,
});

export const relayViewSchema = relaySchema
  .omit({ createdBy: true, deletedAt: true })
  .extend({ organizationId: z.string(), externalKey: z.string().nullable() });
