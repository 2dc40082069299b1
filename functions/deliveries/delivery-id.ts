import { randomUUID } from 'node:crypto';
import { hashedId } from '../domain/text/digest.ts';

/** One per accepted request. By chance, not by hash: an honest repeat of the same body is another delivery. */
export const newDeliveryId = (): string => `dlv_${randomUUID().replaceAll('-', '')}`;

/**
 * Where its sender tells one delivery from another: a repeat has the same id, and is counted once wherever it arrives.
 */
export const deliveryIdOf = (webhookId: string, deliveryKey: string): string =>
  hashedId('dlv', `${webhookId}\n${deliveryKey}`);
