import type {Diagnostic} from './diagnostic.ts';
import type {Source} from './source.ts';

/** A diagnostic with other places, its own and those that belong to it. */
export function withSources(diagnostic: Diagnostic, change: (source: Source) => Source): Diagnostic {
  const {source, related} = diagnostic;
  return {
    ...diagnostic,
    ...(source ? {source: change(source)} : {}),
    ...(related
      ? {related: related.map((one) => (one.source ? {...one, source: change(one.source)} : one))}
      : {}),
  };
}

/** A diagnostic of which no line shows a value. @param isHushed of which places this holds; of all, where it is left out */
export function hushed(
  diagnostic: Diagnostic,
  isHushed: (source: Source) => boolean = () => true,
): Diagnostic {
  return withSources(diagnostic, (source) => (isHushed(source) ? {...source, hushed: true} : source));
}
