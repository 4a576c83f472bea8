import {joinTexts, type Secret, type Text} from '../../text/index.ts';

/** The words of a command, or why it cannot be split. */
export type Words =
  | readonly Text[]
  | {
      readonly problem: string;
      readonly hint?: string /** Where it is not the usual one. */;
      readonly argument?: string;
    };

type Mode = 'between' | 'word' | 'single' | 'double';

/** Words that a shell would act on, and that a program would be handed as they are. */
const operators = /^([|&;<>]+|[0-9]*[<>]+&?[0-9]*|[0-9]*[<>].+)$/;

/**
 * Splits a command into words as a POSIX shell does: blanks separate, quotes and backslashes protect. Nothing is
 * expanded. A secret is part of the word that it stands in, whatever it contains.
 * @see POSIX.1-2017, Shell Command Language, 2.2 Quoting
 */
export function splitCommand(text: Text): Words {
  const splitter = new Splitter();
  for (const part of text) {
    if (typeof part !== 'string') splitter.secret(part);
    else for (const character of part) splitter.character(character);
  }
  return splitter.end();
}

/** Reads a command from its first character to its last. */
class Splitter {
  readonly #words: Text[] = [];
  #word: Text[] = [];
  #mode: Mode = 'between';
  #escaped = false;
  #quoted = false;
  #operator: string | undefined;
  /** The variable that its first word sets, as in `LANG=C ls`. */
  #assigned: string | undefined;

  secret(part: Secret): void {
    this.#flushEscape();
    if (this.#mode === 'between') this.#mode = 'word';
    this.#quoted = true;
    this.#word.push([part]);
  }

  character(character: string): void {
    if (this.#escaped) {
      this.#escaped = false;
      if (character === '\n') return;
      this.#quoted = true;
      this.#add(this.#mode === 'double' && !'"\\$`'.includes(character) ? `\\${character}` : character);
      return;
    }
    if (this.#mode === 'single') {
      if (character === "'") this.#mode = 'word';
      else this.#add(character);
    } else if (character === '\\') this.#escaped = true;
    else if (this.#mode === 'double') {
      if (character === '"') this.#mode = 'word';
      else this.#add(character);
    } else this.#unquoted(character);
  }

  end(): Words {
    if (this.#escaped) return {problem: 'ends with a backslash'};
    if (this.#mode === 'single' || this.#mode === 'double') return {problem: 'has a quote that does not end'};
    this.#endWord();
    if (this.#assigned !== undefined)
      return {
        problem: `begins with '${this.#assigned}=', which only a shell understands`,
        hint: `write 'environment: {${this.#assigned}: …}' beside the module`,
      };
    if (this.#operator !== undefined)
      return {
        problem: `has '${this.#operator}', which only a shell understands`,
        hint: "write argv: [sh, -c, '…'], or quote it if the program is to get it",
      };
    return this.#words.length > 0 ? this.#words : {problem: 'is empty'};
  }

  #unquoted(character: string): void {
    if (character === "'" || character === '"') {
      this.#mode = character === "'" ? 'single' : 'double';
      this.#quoted = true;
    } else if (' \t\n\r'.includes(character)) this.#endWord();
    else this.#add(character);
  }

  #flushEscape(): void {
    if (!this.#escaped) return;
    this.#escaped = false;
    if (this.#mode === 'double') this.#add('\\');
  }

  #add(character: string): void {
    if (this.#mode === 'between') this.#mode = 'word';
    this.#word.push([character]);
  }

  #endWord(): void {
    if (this.#mode === 'between') return;
    const word = joinTexts(this.#word);
    const [first] = word;
    if (!this.#quoted && typeof first === 'string') {
      if (operators.test(first)) this.#operator ??= first;
      if (this.#words.length === 0) this.#assigned = /^([A-Za-z_]\w*)=/.exec(first)?.[1];
    }
    this.#words.push(word);
    this.#word = [];
    this.#quoted = false;
    this.#mode = 'between';
  }
}
