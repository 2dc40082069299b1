import { randomBytes } from 'node:crypto';

/** One per accepted request. By chance, not by hash: an honest repeat of the same body is another delivery. */
export const newDeliveryId = (): string => `dlv_${randomBytes(16).toString('hex')}`;
