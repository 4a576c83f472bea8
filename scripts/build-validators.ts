import {generateValidators} from './validators.ts';

await generateValidators();
