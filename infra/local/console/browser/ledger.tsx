import type { BudgetRow, LedgerDayRow, LedgerView, RelayLedger } from '../views.ts';
import { Command, Empty, Loaded, Scroll } from './parts.tsx';
import { useResource } from './resource.ts';

/** Each reading sums up the day of every relay. */
const SUMMED_MS = 3_000;

/** What came in and what it came to, and what of the day's budgets is used. */
export function Ledger() {
  const ledger = useResource<LedgerView>('ledger', () => true, SUMMED_MS);
  return (
    <section aria-labelledby="ledger-title">
      <h1 id="ledger-title">Ledger and budgets</h1>
      <Loaded of={ledger}>
        {({ relays, budgets }) => (
          <>
            <h2>Budgets of today</h2>
            {budgets.length === 0 ? <NoBudgets /> : <Budgets budgets={budgets} />}
            <h2>What relays accepted</h2>
            {relays.length === 0 ? <NoRelays /> : relays.map((relay) => <Relay key={relay.relayId} relay={relay} />)}
          </>
        )}
      </Loaded>
    </section>
  );
}

const NoBudgets = () => (
  <Empty title="No budget is set">
    <p>
      Sessions and dollars of a day can be limited: by <code>maxSessionsPerDay</code> and <code>maxCostUsdPerDay</code>{' '}
      in a rule's <code>config.config</code>, in an integration's <code>metadata</code>, or for the whole stack:
    </p>
    <Command text="npm start -- -c maxSessionsPerDay=20" />
  </Empty>
);

const NoRelays = () => (
  <Empty title="No relay yet">
    <p>A relay takes alerts by its hooks and has the rules. The sample has one:</p>
    <Command text="npm start" />
  </Empty>
);

function Budgets({ budgets }: { budgets: BudgetRow[] }) {
  return (
    <Scroll label="Budgets">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col">Sessions</th>
            <th scope="col">US dollars</th>
          </tr>
        </thead>
        <tbody>
          {budgets.map((budget) => (
            <tr key={budget.scope}>
              <th scope="row">{budget.name}</th>
              <Used name="sessions" used={budget.sessions} most={budget.maxSessions} text={String} />
              <Used name="dollars" used={budget.costUsd} most={budget.maxCostUsd} text={(usd) => usd.toFixed(2)} />
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface UsedProps {
  name: string;
  used: number;
  most: number | null;
  text(amount: number): string;
}

function Used({ name, used, most, text }: UsedProps) {
  if (most === null) return <td>{text(used)}, no limit</td>;
  return (
    <td>
      <meter aria-label={`${name} used`} min={0} max={most} low={most * 0.8} high={most} optimum={0} value={used} />{' '}
      {text(used)} of {text(most)}
      {used >= most && <strong class="spent"> used up</strong>}
    </td>
  );
}

function Relay({ relay: { relayName, today, days } }: { relay: RelayLedger }) {
  const reasons = [...new Set([today, ...days].flatMap((day) => Object.keys(day.reasons)))];
  return (
    <section class="relay" aria-label={relayName}>
      <h3>{relayName}</h3>
      {[today, ...days].every(({ deliveries }) => deliveries === 0) ? (
        <p class="quiet">Nothing came in yet.</p>
      ) : (
        <Scroll label={`Days of ${relayName}`}>
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">Day (UTC)</th>
                <th scope="col">Deliveries</th>
                <th scope="col">Entries</th>
                <th scope="col">Accepted</th>
                {reasons.map((reason) => (
                  <th key={reason} scope="col">
                    {reason}
                  </th>
                ))}
                <th scope="col">Undecided</th>
              </tr>
            </thead>
            <tbody>
              {[today, ...days].map((day) => (
                <Day key={day.day} day={day} reasons={reasons} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Day({ day, reasons }: { day: LedgerDayRow; reasons: string[] }) {
  return (
    <tr>
      <th scope="row">{day.day}</th>
      <td>{day.deliveries}</td>
      <td>{day.entries}</td>
      <td>{day.accepted}</td>
      {reasons.map((reason) => (
        <td key={reason}>{day.reasons[reason] ?? 0}</td>
      ))}
      <td>{day.undecided}</td>
    </tr>
  );
}
