import type {CodeTable} from '../errors/index.ts';

/** What can be wrong with variables, templates and expressions. */
export const codes = {
  VAL001: {
    title: 'A name that nothing defines',
    explanation:
      'A template or a condition reads a variable that no layer of variables defines. Only `default` and `defined` may take a name that is not defined.',
  },
  VAL002: {
    title: 'A value has no such member',
    explanation:
      'The variable exists, but the map has no such key, the list no such index, or the value is neither map nor list.',
  },
  VAL003: {
    title: 'Not a template',
    explanation:
      'The text between {{ and }} is not Handlebars. Write `!raw` before a value whose braces are meant for somebody else.',
  },
  VAL004: {
    title: 'No such function',
    explanation: 'Templates and conditions share one table of functions; this name is not in it.',
  },
  VAL005: {
    title: 'Wrong arguments of a function',
    explanation: 'The function takes another number of arguments, or arguments of another type.',
  },
  VAL006: {
    title: 'Only text goes into text',
    explanation:
      'A map, a list or null stands in the middle of a text, where no form of it would be right. Use `json`, `join` or `default`.',
  },
  VAL007: {
    title: 'Variables that read each other in a circle',
    explanation: 'A variable cannot be made of itself, neither directly nor through others.',
  },
  VAL008: {
    title: 'Not an expression',
    explanation:
      'Conditions are CEL expressions: && || ! == != < > in, and the words `and or not is defined`.',
  },
  VAL009: {
    title: 'An expression failed',
    explanation: 'The expression is well formed, but its operands do not fit together.',
  },
  VAL010: {
    title: 'A condition is not true or false',
    explanation: 'A condition must yield a boolean: compare it (`x != ""`, `x.size() > 0`, `x is defined`).',
  },
  VAL011: {
    title: 'A number that cannot be kept',
    explanation:
      'A whole number beyond 2^53 would lose its last digits. Keep it as a text: in quotes where it is written.',
  },
  VAL012: {
    title: 'Versions compared letter by letter',
    explanation:
      '"1.10" < "1.9" is true for texts. Compare versions: version(a) >= version("1.9"), numbers: int(a) > 9.',
  },
  VAL013: {
    title: 'Jinja, not Handlebars or CEL',
    explanation:
      'This text is written for Ansible. Templates here are Handlebars, conditions are CEL expressions without braces.',
  },
  VAL014: {
    title: 'A reserved name',
    explanation:
      'The name means something else in templates and expressions, or vprov itself gives it a value, so a variable of that name could not be read.',
  },
  VAL015: {
    title: 'The text itself says no',
    explanation:
      'A template or condition called fail(message): whoever wrote it says here why this must not go on.',
  },
  VAL016: {
    title: 'More than can be worked out',
    explanation:
      'Variables read one another deeper, a text becomes longer, or a template or condition is nested deeper or has more words than any that a person wrote: 200 variables in a chain, 16 Mi characters, a million values in a list or map, 100 parentheses, 2000 words and signs. Or a regular expression takes more than a second, or loops within one another more than three.',
  },
  VAL017: {
    title: 'A variable that nothing reads',
    explanation:
      'A name of -e or of the inventory stands nowhere else in the project, and is spelt almost like a variable that is there to be set: that one keeps the value that it had.',
  },
} as const satisfies CodeTable;

export type Code = keyof typeof codes;
