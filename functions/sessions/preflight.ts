import type { ExecutionInput } from '../contract/execution.ts';
import { TaskError } from '../domain/task/errors.ts';
import { listed } from '../domain/text/listed.ts';
import type { SessionServer } from '../ports.ts';

const MAX_LISTED = 8;

/** A model or agent that the server does not know dies in silence there, so both are checked before anything starts. */
export async function checkModelAndAgent(server: SessionServer, { session, rule }: ExecutionInput, directory: string) {
  await checkModel(server, { model: session.model, ruleName: rule.name }, directory);
  await checkAgent(server, { agent: session.agent, ruleName: rule.name }, directory);
}

/** Throws SessionFailed, with the models that there are, unless the server knows the model. None is its own choice. */
export async function checkModel(
  server: SessionServer,
  { model, ruleName }: Pick<ExecutionInput['session'], 'model'> & { ruleName: string },
  directory: string,
): Promise<void> {
  if (!model) return;
  const providers = await server.models(directory);
  const provider = providers.find(({ providerID }) => providerID === model.providerID);
  if (!provider) {
    const known = knownOf(providers.map(({ providerID }) => providerID));
    throw refused(`no provider "${model.providerID}"`, known, `openCodeModel.providerID of rule "${ruleName}"`);
  }
  if (!provider.modelIDs.includes(model.modelID)) {
    const missing = `no model "${model.modelID}" of provider "${model.providerID}"`;
    throw refused(missing, knownOf(provider.modelIDs), `openCodeModel.modelID of rule "${ruleName}"`);
  }
}

/** Throws SessionFailed, with the agents that there are, unless the server knows the agent. None is its own choice. */
export async function checkAgent(
  server: SessionServer,
  { agent, ruleName }: Pick<ExecutionInput['session'], 'agent'> & { ruleName: string },
  directory: string,
): Promise<void> {
  if (agent === null) return;
  const agents = await server.agents(directory);
  if (!agents.includes(agent))
    throw refused(`no agent "${agent}"`, knownOf(agents), `config.agent of rule "${ruleName}"`);
}

const refused = (missing: string, known: string, field: string): TaskError =>
  new TaskError('SessionFailed', `The server has ${missing}; it has ${known}. Correct ${field}.`);

const knownOf = (names: string[]): string => (names.length === 0 ? 'none' : listed(names, MAX_LISTED));
