import {chmod, rm} from 'node:fs/promises';
import path from 'node:path';
import {bundle, root} from './bundle.ts';
import {generateValidators} from './validators.ts';

const folder = path.join(root, 'dist');
const outfile = path.join(folder, 'vprov.mjs');

await generateValidators();
// Of what was built before, nothing that is asked for by its digest is wanted any more.
await rm(folder, {recursive: true, force: true});
await bundle('src/main.ts', outfile);
await chmod(outfile, 0o755);
