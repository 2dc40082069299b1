import type { Relay } from '../../domain/relay.ts';
import { organizationId } from '../organization.ts';

/** As the SDK has it: every field is always there, null where it has no value. */
export const relayView = ({ createdBy, ...relay }: Relay) => ({
  ...relay,
  organizationId,
  externalKey: relay.externalKey ?? null,
});
