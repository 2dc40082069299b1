import { assumed, type CostLine, monthOf, type Quantities, type Scenario, totalOf } from './estimate.ts';
import { prices } from './prices.ts';

const scenarios: Scenario[] = [
  { alertsADay: 0, sessionsADay: 0 },
  { alertsADay: 100, sessionsADay: 20 },
  { alertsADay: 100, sessionsADay: 100 },
  { alertsADay: 10_000, sessionsADay: 500 },
  { alertsADay: 10_000, sessionsADay: 10_000 },
];

/** Lines that are named beside a sum. */
const NAMED = 4;

/** The manual's chapter on costs, of what a test has counted. */
export function costsReport(quantities: Quantities): string {
  const { door, routing, sweep, session, poll } = quantities;
  return `# What it costs

Written by \`test/infra/costs.test.ts\`, which counts what the stack asks of AWS: \`npm run test:file -- test/infra/costs.test.ts -u\` writes it anew. Prices are list
prices without free allowances (\`infra/costs/prices.ts\`).

What the models cost comes on top, and will exceed all of this: \`npm run costs -- --since 30d\` tells it by rule and integration, and for each usable patch. Sessions of $0.50 are $300 a
month for 20 a day.

## A month

| Alerts a day | Sessions a day | US dollars | Mostly |
|---|---|---|---|
${scenarios.map((scenario) => rowOf(scenario, quantities)).join('\n')}

For ${assumed.rules} rules, ${assumed.integrations} integrations and ${assumed.signedHooks} signed hooks; a delivery for each alert, ${assumed.pollsPerSession} polls in a session. The alarms
(${quantities.alarmMetrics} metrics) are there where somebody is told; the dashboard is one of the three that are free.

## The arithmetic at 100 alerts and 20 sessions a day

| What | Quantity in 30 days | Price of one | US dollars |
|---|---|---|---|
${monthOf({ alertsADay: 100, sessionsADay: 20 }, quantities).map(lineOf).join('\n')}

## What is counted

| Of | Counted |
|---|---|
| a delivery at the door | ${unitsOf(door)} |
| its routing, to the start of a session | ${unitsOf(routing)} |
| a session without its polls | ${session.transitions} transitions, ${session.functions.length} calls of functions, ${session.tableCalls} calls of the table, ${kilobytes(session.logBytes)} of the machine's log |
| a poll | ${poll.transitions} transitions, a call of a function, ${poll.tableCalls} calls of the table, ${kilobytes(poll.logBytes)} of the machine's log |
| a session of ${assumed.pollsPerSession} polls | ${kilobytes(session.logBytes + assumed.pollsPerSession * poll.logBytes)} of the machine's log, and ${kilobytes((session.functions.length + assumed.pollsPerSession) * assumed.callLogBytes)} of its functions' |
| a sweep that finds nothing, of one relay and one integration | ${unitsOf(sweep)} |

Taken for granted: a call of a function takes ${assumed.callSeconds} s with the memory that it has (\`infra/functions.ts\`) and writes ${assumed.callLogBytes} bytes of logs
with what Lambda adds; a request of the API ${assumed.requestLogBytes}; idle queues are asked ${assumed.queues * assumed.pollersPerQueue * 3} times a minute; ${100 * assumed.tracedPart} % of all calls are traced; ${assumed.reasons} reasons and ${assumed.outcomes} outcomes occur. A row of the table is 1 KB
at most. Left out: what is stored (some cents a month for each GB), and traffic out of AWS.

## Prices

| US dollars | For one | Source |
|---|---|---|
${Object.values(prices)
  .map(({ usd, unit, source }) => `| ${plain(usd)} | ${unit} | ${source} |`)
  .join('\n')}
`;
}

function rowOf(scenario: Scenario, quantities: Quantities): string {
  const lines = monthOf(scenario, quantities);
  const named = lines
    .toSorted((a, b) => b.usd - a.usd)
    .slice(0, NAMED)
    .map(({ what, usd }) => `${what} ${usd.toFixed(2)}`);
  const { alertsADay, sessionsADay } = scenario;
  return `| ${thousands(alertsADay)} | ${thousands(sessionsADay)} | ${totalOf(lines).toFixed(2)} | ${named.join(', ')} |`;
}

const lineOf = ({ what, quantity, unit, usd }: CostLine): string =>
  `| ${what} | ${thousands(quantity)} | ${plain(usd / quantity)} for a ${unit} | ${usd.toFixed(2)} |`;

const unitsOf = ({ reads, writes }: { reads: number; writes: number }): string =>
  `${thousands(reads)} reads and ${thousands(writes)} writes of the table`;

/** Up to two digits behind the point, and commas between thousands. */
const thousands = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });
/** Never as 1e-7. */
const plain = (usd: number): string =>
  usd.toLocaleString('en-US', { maximumSignificantDigits: 6, maximumFractionDigits: 12 });
const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} KB`;
