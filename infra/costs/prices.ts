/** One price of AWS, in US dollars for one unit. */
interface Price {
  usd: number;
  /** What one is. */
  unit: string;
  source: string;
}

const million = 1e6;
/** As public repositories quote the files of AWS's price list. */
const list = 'price list of September 2026, us-east-1';
/** As others tell them; not looked up at AWS. */
const told = 'secondary sources, November 2026, us-east-1';

/** All prices that this project reckons with; free allowances of an account are left out. */
export const prices = {
  httpApiRequest: { usd: 1 / million, unit: 'request of the HTTP API, of 512 KB at most', source: list },
  lambdaRequest: { usd: 0.2 / million, unit: 'call of Lambda', source: list },
  lambdaGbSecond: { usd: 0.0000133334, unit: 'GB-second of Lambda on arm64', source: list },
  transition: { usd: 0.025 / 1_000, unit: 'state transition, Standard', source: list },
  tableWrite: { usd: 0.625 / million, unit: 'write of 1 KB, on demand', source: list },
  tableRead: { usd: 0.125 / million, unit: 'strongly consistent read of 4 KB, on demand', source: list },
  tableGbMonth: { usd: 0.25, unit: 'GB-month of the table', source: told },
  tableBackupGbMonth: { usd: 0.2, unit: 'GB-month of point-in-time recovery', source: told },
  queueRequest: { usd: 0.4 / million, unit: 'request of SQS, of 64 KB at most', source: told },
  logGb: { usd: 0.5, unit: 'GB that CloudWatch Logs takes in', source: told },
  logGbMonth: { usd: 0.03, unit: 'GB-month that CloudWatch Logs keeps', source: told },
  metricMonth: { usd: 0.3, unit: 'month of a series of custom metrics', source: told },
  alarmMetricMonth: { usd: 0.1, unit: 'month of a metric in an alarm', source: told },
  dashboardMonth: { usd: 3, unit: 'month of a dashboard, beyond three of an account', source: told },
  secretMonth: { usd: 0.4, unit: 'month of a secret', source: told },
  secretCall: { usd: 0.05 / 10_000, unit: 'call of Secrets Manager', source: told },
  bucketPut: { usd: 5 / million, unit: 'PUT of S3', source: told },
  bucketGbMonth: { usd: 0.023, unit: 'GB-month of S3 Standard', source: told },
  busEvent: { usd: 1 / million, unit: 'custom event of EventBridge', source: told },
  schedulerCall: { usd: 1 / million, unit: 'call of EventBridge Scheduler', source: told },
  trace: { usd: 5 / million, unit: 'trace that X-Ray records', source: told },
} as const satisfies Record<string, Price>;
