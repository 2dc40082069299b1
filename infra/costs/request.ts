import { prices } from './prices.ts';

/**
 * What one request to a hook costs that comes to nothing, as those of a flood do: 20 ms of receive-alert at 512 MiB,
 * two reads, and 1.4 KB of logs (its own lines, those of Lambda, and the access log).
 */
export const requestUsd =
  prices.httpApiRequest.usd +
  prices.lambdaRequest.usd +
  0.02 * 0.5 * prices.lambdaGbSecond.usd +
  2 * prices.tableRead.usd +
  1.4e-6 * prices.logGb.usd;
