import type {Action} from '../contract.ts';
import type {PauseArguments} from './schema.ts';

const progressEveryMs = 5_000;

export const pause: Action<PauseArguments> = {
  type: 'action',
  name: 'pause',
  summary: 'Waits',
  scope: 'host',
  result: {delta: {type: 'integer'}},
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act({seconds, minutes = 0}, ports) {
    const startedMs = ports.now();
    const untilMs = startedMs + (seconds ?? minutes * 60) * 1000;
    for (let leftMs = untilMs - startedMs; leftMs > 0; leftMs = untilMs - ports.now()) {
      if (leftMs > progressEveryMs) ports.progress(`waiting, ${Math.round(leftMs / 1000)} s left`);
      await ports.sleep(Math.min(leftMs, progressEveryMs));
    }
    return {changed: false, result: {delta: Math.round((ports.now() - startedMs) / 1000)}};
  },
};
