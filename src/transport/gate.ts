/** As many logins at once as sshd takes from all of us together by default: it sheds more than 10 (`MaxStartups`). */
const mostAtOnce = 8;

/** Lets a few logins at a time through to each address; fewer where the host turns out to take fewer. */
export interface Gate {
  /**
   * Runs it when it is its turn.
   * @param isShed whether an error says that the host had too many
   */
  pass<T>(address: string, login: () => Promise<T>, isShed: (error: unknown) => boolean): Promise<T>;
}

interface Queue {
  most: number;
  inside: number;
  readonly waiting: (() => void)[];
}

export function createGate(): Gate {
  const queues = new Map<string, Queue>();
  return {
    pass: async (address, login, isShed) => {
      const queue = queues.get(address) ?? {most: mostAtOnce, inside: 0, waiting: []};
      queues.set(address, queue);
      while (queue.inside >= queue.most) await new Promise<void>((resolve) => queue.waiting.push(resolve));
      queue.inside++;
      try {
        return await login();
      } catch (error) {
        if (isShed(error)) queue.most = Math.max(1, Math.floor(queue.most / 2));
        throw error;
      } finally {
        queue.inside--;
        for (let free = queue.most - queue.inside; free > 0; free--) queue.waiting.shift()?.();
      }
    },
  };
}
