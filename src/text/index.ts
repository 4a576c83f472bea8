export {MatchingTakesTooLong, matching} from './matching.ts';
export {Redactor} from './redactor.ts';
export {Secret} from './secret.ts';
export {holdsSecret, joinTexts, mask, reveal, sliceText, type Text, toText} from './text.ts';
export {Mistaken, Unknown, UnknownRead} from './unknown.ts';
