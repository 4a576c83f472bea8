import {reveal, toText} from '../text/index.ts';
import type {Batch, Place} from './batch.ts';
import type {Prompt} from './options.ts';

/** `--step`: somebody says of each task whether it is run, once for all hosts of a batch. */
export class Steps {
  readonly #prompt: Prompt;
  readonly #answers = new WeakMap<Batch, Map<string, Promise<boolean>>>();
  /** Nobody wants to be asked any more. */
  #goesOn = false;

  constructor(prompt: Prompt) {
    this.#prompt = prompt;
  }

  /** @param task its name, as people read it */
  confirm(batch: Batch, place: Place, task: string): Promise<boolean> {
    const answers = this.#answers.get(batch) ?? new Map<string, Promise<boolean>>();
    this.#answers.set(batch, answers);
    const answer = answers.get(place.name) ?? this.#ask(task);
    answers.set(place.name, answer);
    return answer;
  }

  /** As with Ansible, no answer is no. */
  async #ask(task: string): Promise<boolean> {
    if (this.#goesOn) return true;
    const answer = await this.#prompt({type: 'step', task});
    const word = answer ? reveal(toText(answer)).trim().toLowerCase() : '';
    this.#goesOn = ['c', 'continue'].includes(word);
    return this.#goesOn || ['y', 'yes'].includes(word);
  }
}
