import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { apiOf } from './api.ts';
import { command, lines } from './command.ts';
import { dataOption } from './local-outputs.ts';

const eraseAnswer = z.object({
  erasure: z.object({ alertId: z.string(), erasedAt: z.string(), jobIds: z.array(z.string()) }),
});

export const erase = command({
  name: 'erase',
  summary: 'Overwrites what one alert says, for good, and deletes the results of its sessions.',
  forms: [['ALERT_ID', 'refused while something of the alert is open; takes a token of role admin']],
  options: { data: dataOption },
  maxArguments: 1,
  async run({ values, positionals: [alertId] }, world) {
    if (alertId === undefined) throw new UsageError('erase needs the id of the alert: alr_…');
    const api = await apiOf(world, values.data);
    const { erasure } = await api.ask('POST', `/alerts/${encodeURIComponent(alertId)}/erase`, eraseAnswer);
    const sessions = erasure.jobIds.map((id) => `  ${id}: texts overwritten, result deleted`);
    return { text: lines([`${erasure.alertId} is erased since ${erasure.erasedAt}.`, ...sessions]), done: true };
  },
});
