import {ensureFleet, removeFleet} from './fleet.ts';
import {fleetOfWorker, layout, workersOfRing} from './layout.ts';
import {ensureMirror} from './mirror.ts';

/** `tsx test/fleet/main.ts up | down | reset [HOST...] | mirror`: the fleet by hand, and for make. */
async function main([command, ...names]: readonly string[]): Promise<void> {
  const say = (line: string) => process.stderr.write(`fleet: ${line}\n`);
  switch (command) {
    case 'up': {
      const fleet = await ensureFleet(layout(), say);
      console.log(`ssh -F ${fleet.sshConfig} ${fleet.hosts[0]?.name}`);
      return;
    }
    case 'reset':
      return (await ensureFleet(layout(), say)).reset(...names);
    case 'down':
      return removeAll();
    case 'mirror':
      return ensureMirror(say);
    default:
      throw new Error('usage: up | down | reset [HOST...] | mirror');
  }
}

/** Those of the ring's other workers, too. */
async function removeAll(): Promise<void> {
  for (let worker = workersOfRing; worker >= 1; worker--)
    await removeFleet(layout(fleetOfWorker(process.env.FLEET ?? '', worker)));
}

await main(process.argv.slice(2));
