import { cut } from '../text/cut.ts';
import { redact } from '../text/redact.ts';
import type { SessionMessage } from './session.ts';

/** A provider's message can be a whole web page; the first line or two say what is wrong. */
const REASON_CHARACTERS = 400;

/** Why a session that is over did not complete, and what to do about it. */
export function failure({ error, finish, toolErrors }: SessionMessage): string {
  if (error) return errorCause(error);
  switch (finish) {
    case 'tool-calls':
      return `The agent stopped because a permission or a question was rejected: ${reason(toolErrors.join('; '))}. Set it to allow or deny in "permission" of the server's configuration.`;
    case 'length':
      return "The model's answer reached its length limit. Raise limit.output of the model in the server's configuration, or ask for less.";
    case null:
      return 'The run was interrupted, by an abort or by its server. Open the session to see how far it came.';
    default:
      return `The model ended its answer with "${reason(finish)}". Open the session to see it, or use another model.`;
  }
}

function errorCause({ name, message, statusCode }: NonNullable<SessionMessage['error']>): string {
  const said = reason(message);
  switch (name) {
    case 'MessageAbortedError':
      return 'The session was aborted on the server, by a person or another program.';
    case 'ContextOverflowError':
      return `The conversation outgrew the model's context: ${said}. Ask for less, or use a model with a larger context.`;
    case 'ContentFilterError':
      return `The provider's content filter stopped the answer: ${said}. Change the prompt template, or use another model.`;
    case 'ProviderAuthError':
      return `The model provider refused the server's credentials: ${said}. Correct the provider's key on the server.`;
    default:
      return `${reason(name)}${statusCode === null ? '' : ` (${statusCode})`}: ${said}. ${advice(statusCode)}`;
  }
}

function advice(statusCode: number | null): string {
  if (statusCode === null) return "Open the session, or look at the server's log.";
  if (statusCode === 401 || statusCode === 403) return "Correct the model provider's key on the server.";
  if (statusCode === 429) return "Check the quota of the model provider's account.";
  if (statusCode >= 500) return 'The model provider failed, also when the server tried again; look at its status page.';
  return "Check the model's settings in the server's configuration.";
}

const reason = (text: string): string =>
  cut(redact(text).replace(/\s+/g, ' ').trim().replace(/\.$/, ''), REASON_CHARACTERS);
