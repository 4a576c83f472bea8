export {checkArguments} from './arguments.ts';
export {catalogue} from './catalogue.ts';
export {codes} from './codes.ts';
export type * from './contract.ts';
export {type PlainArguments, plainArguments} from './plain.ts';
export {type ArgumentPlaces, deepestAt, placesIn} from './position.ts';
export {holdsSecrets} from './schema-errors.ts';
export {touchedBy} from './touched.ts';
export type {ArgumentRule} from './vocabulary.ts';
