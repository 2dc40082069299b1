import { randomBytes } from 'node:crypto';
import { hashedId } from '../../domain/text/digest.ts';

/** Where ids and keys come from that nothing derives. */
export interface Ids {
  random(prefix: string): string;
  /** Last part of a hook's address: 256 random bits, safe in a URL. */
  webhookKey(): string;
}

export const randomIds: Ids = {
  random: (prefix) => `${prefix}_${randomBytes(16).toString('hex')}`,
  webhookKey: () => randomBytes(32).toString('base64url'),
};

/**
 * The id of the resource that an external key names in its scope: the same create, however often it arrives, is one.
 */
export const keyedId = (prefix: string, scope: string, externalKey: string): string =>
  hashedId(prefix, `${scope}\n${externalKey}`);

/** A relay's first webhook. By hash, so that two creations of one relay at once make one webhook. */
export const webhookIdOf = (relayId: string): string => keyedId('wh', relayId, '');
