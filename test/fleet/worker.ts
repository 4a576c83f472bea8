import {fleetOfWorker} from './layout.ts';

/** Before each file of the ring: its hosts, and those of the programs that it starts, are its worker's. */
const {FLEET_OF_RING: name = '', VITEST_POOL_ID: worker} = process.env;
process.env.FLEET = fleetOfWorker(name, Number(worker ?? 1));
