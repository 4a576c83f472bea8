export {joinScripts, quote, quoteText, rawScript, Script, sh} from './script.ts';
