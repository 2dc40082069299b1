/** The relay that takes the heartbeat, and how often it is sent. Its alerts are in no count but `Heartbeats`. */
export const heartbeat = { relayId: 'rly_ea27bea7000000000000000000000000', minutes: 5 } as const;

/** Counts of alerts and decisions leave it out: they tell of what senders do. */
export const isHeartbeat = (relayId: string): boolean => relayId === heartbeat.relayId;
