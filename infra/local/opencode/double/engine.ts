import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Asks } from './asks.ts';
import { type Behaviour, catalogue } from './options.ts';
import { playStep, type StepContext } from './step.ts';
import { Stopped, type StopReason } from './stopped.ts';
import type { Message, Store, StoredSession, WireError } from './store.ts';

interface Run {
  controller: AbortController;
  /** Resolves when the session is no longer active. */
  done: Promise<void>;
  /** Its end is stored: what is admitted now begins another run. */
  ended: boolean;
  wakeAgain: boolean;
}

type Outcome = Extract<Message, { type: 'idle' }>['outcome'];

const delegated = z.object({ description: z.string(), prompt: z.string(), background: z.boolean().default(false) });

/** Runs sessions: gives the agent what is in the inbox, plays its steps, and stores how it ended. */
export class Engine {
  readonly active = new Map<string, Run>();
  private readonly store: Store;
  private readonly asks: Asks;
  private readonly behaviour: Behaviour;

  constructor(store: Store, asks: Asks, behaviour: Behaviour) {
    this.store = store;
    this.asks = asks;
    this.behaviour = behaviour;
  }

  /** Begins a run, also where there is nothing to do: then it ends at once, and notes a success. */
  wake(session: StoredSession): void {
    const running = this.active.get(session.id);
    if (running) {
      running.wakeAgain ||= running.ended;
      return;
    }
    const run: Run = { controller: new AbortController(), done: Promise.resolve(), ended: false, wakeAgain: false };
    this.active.set(session.id, run);
    run.done = this.execute(session, run);
  }

  /** Acknowledged at once; the session is active until all is cleaned up. */
  interrupt(id: string, reason: StopReason = 'interrupted'): boolean {
    const run = this.active.get(id);
    for (const child of this.store.sessions.values()) if (child.parentID === id) this.interrupt(child.id, reason);
    if (!run || run.ended) return false;
    run.controller.abort(new Stopped(reason));
    return true;
  }

  /** `killed`: the process is gone, and nothing more is stored. `shutdown`: it stores that answers were aborted. */
  async stop(reason: 'killed' | 'shutdown'): Promise<void> {
    const runs = [...this.active.values()];
    for (const { controller } of runs) controller.abort(new Stopped(reason));
    await Promise.all(runs.map(({ done }) => done));
  }

  private async execute(session: StoredSession, run: Run): Promise<void> {
    const { outcome, error } = await this.play(session, run.controller.signal).catch(stoppedAs);
    this.asks.forget(session.id);
    if (outcome) {
      session.outcome = outcome;
      const told = error && this.behaviour.endsTellErrors ? { error } : {};
      const time = { created: Date.now() };
      session.messages.push({ type: 'idle', id: this.store.id('msg'), outcome, ...told, time });
    }
    run.ended = true;
    this.store.save();
    // The end is stored before the session leaves the list.
    if (outcome) await sleep(this.behaviour.lingerMs);
    this.active.delete(session.id);
    if (run.wakeAgain) this.wake(session);
  }

  private async play(session: StoredSession, signal: AbortSignal): Promise<{ outcome?: Outcome; error?: WireError }> {
    if (session.inbox.length === 0) return { outcome: 'succeeded' };
    const noRoute = (what: string): { outcome: Outcome; error: WireError } => {
      return { outcome: 'failed', error: { type: 'provider.no-route', message: `There is no ${what}` } };
    };
    if (!catalogue.agents.includes(session.agent)) return noRoute(`agent ${session.agent}`);
    for (;;) {
      this.deliver(session);
      const { providerID, id } = session.model;
      if (!catalogue.models.some((model) => model.providerID === providerID && model.id === id)) {
        return noRoute(`model ${providerID}/${id}`);
      }
      const { text, step } = conversation(session);
      const end = await playStep(this.contextOf(session, signal), text, step);
      this.store.save();
      if (end.next || (!end.error && session.inbox.length > 0)) continue;
      return end.error ? { outcome: 'failed', error: end.error } : { outcome: 'succeeded' };
    }
  }

  private deliver(session: StoredSession): void {
    for (const { id, type, text } of session.inbox.splice(0)) {
      session.messages.push({ type, id, text, time: { created: Date.now() } });
    }
  }

  private contextOf(session: StoredSession, signal: AbortSignal): StepContext {
    const { store, asks, behaviour } = this;
    return { store, asks, behaviour, session, signal, delegate: (input) => this.delegate(session, input) };
  }

  /** A sub-agent in the background wakes its parent when it is done, whose run may be over by then. */
  private async delegate(parent: StoredSession, input: Record<string, unknown>): Promise<string> {
    const { description, prompt, background } = delegated.parse(input);
    const child = this.childOf(parent, description);
    child.inbox.push({ id: this.store.id('msg'), type: 'user', text: prompt, created: Date.now() });
    this.wake(child);
    const done = this.active.get(child.id)?.done ?? Promise.resolve();
    if (!background) {
      await done;
      return `The sub-agent ${child.outcome ?? 'stopped'}.`;
    }
    void done.then(() => {
      if (child.outcome === undefined) return;
      const text = `The sub-agent in the background ${child.outcome}. [[text {"text":"The sub-agent is done."}]]`;
      parent.inbox.push({ id: this.store.id('msg'), type: 'synthetic', text, created: Date.now() });
      this.wake(parent);
    });
    return 'The sub-agent works in the background.';
  }

  private childOf(parent: StoredSession, title: string): StoredSession {
    const { directory, model, metadata, permissions } = parent;
    const child: StoredSession = {
      id: this.store.id('ses'),
      parentID: parent.id,
      title,
      agent: 'general',
      model,
      directory,
      ...(metadata && { metadata }),
      ...(permissions && { permissions }),
      ...newSession(),
    };
    this.store.sessions.set(child.id, child);
    return child;
  }
}

/** What every session begins with. */
export const newSession = (): Pick<StoredSession, 'created' | 'cost' | 'tokens' | 'messages' | 'inbox'> => ({
  created: Date.now(),
  cost: 0,
  tokens: { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } },
  messages: [],
  inbox: [],
});

/** Of the ways to be stopped, only an interruption is noted as an end. */
function stoppedAs(error: unknown): { outcome?: Outcome; error?: WireError } {
  if (!(error instanceof Stopped)) throw error;
  return error.reason === 'interrupted' ? { outcome: 'interrupted' } : {};
}

/** The last message that has a script, or the last at all, and how many model calls followed it. */
function conversation({ messages }: StoredSession): { text: string; step: number } {
  const said = messages.flatMap((message, index) =>
    message.type === 'user' || message.type === 'synthetic' ? [{ text: message.text, index }] : [],
  );
  const chosen = said.findLast(({ text }) => text.includes('[[')) ?? said.at(-1) ?? { text: '', index: 0 };
  const step = messages.slice(chosen.index).filter(({ type }) => type === 'assistant').length;
  return { text: chosen.text, step };
}
