import type { DeliveryMemory } from '../../ports.ts';
import { keys } from './keys.ts';
import { getRow, isAbsent, putRow } from './rows.ts';
import type { Table } from './table.ts';

/** Longer than any sender tries again, and than most keep what they have sent for a person to send it again. */
const KEPT_SECONDS = 7 * 24 * 3_600;

/** Ids of deliveries that were queued; one small row each, which ends by TTL. */
export const createDeliveryMemory = (table: Table): DeliveryMemory => ({
  has: async (deliveryId) => (await getRow(table, keys.delivery(deliveryId))) !== undefined,

  async remember(deliveryId, at) {
    const expiresAt = Math.ceil(at.getTime() / 1_000) + KEPT_SECONDS;
    await putRow(table, { ...keys.delivery(deliveryId), at: at.toISOString(), expiresAt }, isAbsent);
  },
});
