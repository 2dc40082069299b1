/** US dollars to the cent, or finer where a cent would hide it. */
export const usd = (amountUsd: number): string => `$${amountUsd.toFixed(amountUsd > 0 && amountUsd < 0.1 ? 4 : 2)}`;
