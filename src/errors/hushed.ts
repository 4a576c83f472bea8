import type {Diagnostic} from './diagnostic.ts';
import type {Source} from './source.ts';

/** A diagnostic of which no line shows a value. @param isHushed of which places this holds; of all, where it is left out */
export function hushed(
  diagnostic: Diagnostic,
  isHushed: (source: Source) => boolean = () => true,
): Diagnostic {
  const marked = (source: Source): Source => (isHushed(source) ? {...source, hushed: true} : source);
  const {source, related} = diagnostic;
  return {
    ...diagnostic,
    ...(source ? {source: marked(source)} : {}),
    ...(related
      ? {related: related.map((one) => (one.source ? {...one, source: marked(one.source)} : one))}
      : {}),
  };
}
