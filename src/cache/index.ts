export {cacheDirectory} from './directory.ts';
export {forgetOldest, type Kept, keep, kept} from './kept.ts';
