/**
 * Configuration of a server without a person in front of it: one provider, nothing shared, and no permission to ask
 * for.
 */
export const configFor = (modelUrl: string): Record<string, unknown> => ({
  autoupdate: false,
  share: 'disabled',
  // Without this the hosted default provider is on, and code would leave the machine.
  enabled_providers: ['stub'],
  model: 'stub/stub-1',
  small_model: 'stub/stub-1',
  provider: {
    stub: {
      npm: '@ai-sdk/openai-compatible',
      name: 'Scripted model',
      options: { baseURL: modelUrl, apiKey: 'none' },
      models: {
        'stub-1': {
          name: 'Scripted 1',
          tool_call: true,
          limit: { context: 128_000, output: 8_000 },
          // US dollars per million tokens.
          cost: { input: 1, output: 2, cache_read: 0.1 },
        },
      },
    },
  },
  // "ask" waits for ever where nobody answers, and a session's own rules do not reach its sub-agents.
  permission: {
    edit: 'allow',
    bash: 'allow',
    webfetch: 'deny',
    websearch: 'deny',
    question: 'deny',
    external_directory: 'deny',
    doom_loop: 'deny',
  },
});
