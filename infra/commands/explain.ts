import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { apiOf } from './api.ts';
import { command, lines } from './command.ts';
import { dataOption } from './local-outputs.ts';

const explainAnswer = z.object({ sentences: z.array(z.string()) });

export const explain = command({
  name: 'explain',
  summary: "Tells one alert's story: what each rule decided, and what came of it.",
  forms: [['ALERT_ID', 'the story in sentences, in the order of time']],
  options: { data: dataOption },
  maxArguments: 1,
  async run({ values, positionals: [alertId] }, world) {
    if (alertId === undefined) throw new UsageError('explain needs the id of the alert: alr_…');
    const api = await apiOf(world, values.data);
    const { sentences } = await api.ask('GET', `/alerts/${encodeURIComponent(alertId)}/explain`, explainAnswer);
    return { text: lines(sentences), done: true };
  },
});
