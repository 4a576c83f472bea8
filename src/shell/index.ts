export {shellCodes} from './codes.ts';
export {joinScripts, quote, quoteText, rawScript, Script, sh} from './script.ts';
