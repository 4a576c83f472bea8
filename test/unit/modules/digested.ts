import {contentOf} from '../../../src/resources/index.ts';
import {isMap, type Value, type ValueMap} from '../../../src/values/index.ts';

/** Contents stand in cases as text, and in attributes as the beginning of their digest. */
export function digested(changes: ValueMap): ValueMap {
  const digest = (text: Value): Value =>
    typeof text === 'string' ? contentOf(text).sha256.slice(0, 12) : text;
  return Object.fromEntries(
    Object.entries(changes).map(([ref, attributes]) => {
      if (!isMap(attributes)) throw new Error(`${ref}: changes are a map of attributes`);
      const {content, ...others} = attributes;
      return [ref, Array.isArray(content) ? {...others, content: content.map(digest)} : others];
    }),
  );
}
