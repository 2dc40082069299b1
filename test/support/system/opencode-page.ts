/** The two snippets of the page this project started from, letter for letter. They expect `client` and `relayId`. */
export const createIntegration = `
const openCodeIntegration = await client.integration.create({
name: "OpenCode - internal",
provider: "opencode",
apiKey: process.env.OPENCODE_SERVER_PASSWORD,
metadata: {
username: "opencode",
},
});
`;

export const createRule = `
await client.relay.rules.create(relayId, {
name: "OpenCode investigation",
ruleType: "agent",
config: {
agentType: "opencode",
integrationId: openCodeIntegration.id,
endpoint: "https://opencode.internal.corp:4096",
openCodeModel: {
providerID: "anthropic",
modelID: "claude-sonnet-4-20250514",
},
pollInterval: 15000,
maxPollAttempts: 200,
},
});
`;
