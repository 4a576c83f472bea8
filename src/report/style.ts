import {styleText} from 'node:util';

/** What a piece of text means; how that looks is decided here and nowhere else. */
export type Tone = 'good' | 'changed' | 'bad' | 'doubt' | 'quiet' | 'strong' | 'added' | 'removed' | 'place';

const formats = {
  good: 'green',
  changed: 'yellow',
  bad: ['red', 'bold'],
  doubt: 'magenta',
  quiet: 'gray',
  strong: 'bold',
  added: 'green',
  removed: 'red',
  place: 'cyan',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0] | readonly string[]>;

export type Style = (tone: Tone, text: string) => string;

/** Styles for a terminal, or, without colour, the text as it is. The caller has looked at the stream; styleText must not. */
export function styler(colour: boolean): Style {
  if (!colour) return (_tone, text) => text;
  return (tone, text) => {
    const format = formats[tone];
    return text === ''
      ? ''
      : styleText(typeof format === 'string' ? format : [...format], text, {validateStream: false});
  };
}
