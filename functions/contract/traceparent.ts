import * as z from 'zod/mini';

/**
 * W3C Trace Context, version 00: trace id, id of the span that speaks, flags. One trace is a delivery and all that came
 * of it. Header of requests, attribute of messages, field of what is stored.
 */
export const traceparentSchema = z.string().check(z.regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/));

/** Name of the header and of the message attribute. */
export const traceparentName = 'traceparent';
