/** Names of the hooks, which say how their deliveries are signed: not, with the time, or without it and remembered. */
export const benchSchemes = ['none', 'timestamp_body', 'sentry'] as const;
export type BenchScheme = (typeof benchSchemes)[number];
export const SECRET = 'the secret of the bench';
