import type { Need } from './permissions.ts';
import type { Store, StoredSession } from './store.ts';

/** How somebody answered. A refusal with a message lets the run go on with it; one without ends it. */
export type Reply = { kind: 'accepted'; text: string } | { kind: 'refused'; message: string | undefined };

interface Ask {
  kind: 'permission' | 'form';
  sessionID: string;
  /** As the server lists it. */
  wire: object;
  settle(reply: Reply): void;
}

/** What sessions wait for: permissions and forms. Kept in memory alone, so that a restart forgets them. */
export class Asks {
  private readonly pending = new Map<string, Ask>();
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  permission(session: StoredSession, [first, ...others]: Need[]): Promise<Reply> {
    const id = this.store.id('per');
    const resources = [first, ...others].flatMap((need) => (need ? [need.resource] : []));
    const wire = { id, sessionID: session.id, action: first?.action ?? '', resources, save: resources, metadata: {} };
    return this.ask(id, { kind: 'permission', sessionID: session.id, wire });
  }

  question(session: StoredSession, questions: { question: string; header: string }[]): Promise<Reply> {
    const id = this.store.id('frm');
    const fields = questions.map(({ question, header }, index) => {
      return { key: `q${index}`, type: 'string', title: header, description: question };
    });
    const wire = { id, sessionID: session.id, title: 'Question', metadata: { kind: 'question' }, fields };
    return this.ask(id, { kind: 'form', sessionID: session.id, wire });
  }

  private ask(id: string, ask: Omit<Ask, 'settle'>): Promise<Reply> {
    return new Promise((settle) => this.pending.set(id, { ...ask, settle }));
  }

  list(kind: Ask['kind'], sessionID: string): object[] {
    const own = [...this.pending.values()].filter((ask) => ask.kind === kind && ask.sessionID === sessionID);
    return own.map(({ wire }) => wire);
  }

  /** False where there is no such thing to answer. */
  reply(kind: Ask['kind'], sessionID: string, id: string, reply: Reply): boolean {
    const ask = this.pending.get(id);
    if (ask?.kind !== kind || ask.sessionID !== sessionID) return false;
    this.pending.delete(id);
    ask.settle(reply);
    return true;
  }

  forget(sessionID: string): void {
    for (const [id, ask] of this.pending) if (ask.sessionID === sessionID) this.pending.delete(id);
  }
}
