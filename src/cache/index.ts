export {cacheDirectory} from './directory.ts';
export {makeFolders, makeFoldersSync} from './folders.ts';
export {forgetOldest, type Kept, keep, kept} from './kept.ts';
export {keepMap, keptMap} from './kept-map.ts';
