/** `raw` takes what `shell` takes. */
export {type ShellArguments as RawArguments, schema} from '../shell/schema.ts';
