import { limits } from '../../contract/limits.ts';

/** Milliseconds until the invocation is cut off. */
export type TimeLeft = () => number;

/** How far a message was that had to stay for want of time: `moved`: some of it was done now. */
export type OutOfTime = 'not_begun' | 'moved' | 'stuck';

/** Why a message of a batch stays in its queue, and how much of it: it failed, or there was no time for it. */
export type BatchLeftover = { entries: number; error: unknown } | { entries: number; outOfTime: OutOfTime };

/** A message that was left over for want of time comes again at once; whoever is free goes on. */
export const returnSeconds = 1;

/**
 * Whether a message that was left over is stored anew, since by its receives it would soon be a dead letter. One that
 * does not move becomes one: something in it takes longer than an invocation.
 */
export const isToBeSentAgain = (outOfTime: OutOfTime, receives: number): boolean =>
  outOfTime !== 'stuck' && receives >= limits.queueTries / 2;
