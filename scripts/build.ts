import {chmod} from 'node:fs/promises';
import path from 'node:path';
import {bundle, root} from './bundle.ts';
import {generateValidators} from './validators.ts';

const outfile = path.join(root, 'dist/vprov.mjs');

await generateValidators();
await bundle('src/main.ts', outfile);
await chmod(outfile, 0o755);
