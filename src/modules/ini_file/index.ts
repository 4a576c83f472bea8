import {reveal, type Text} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import type {ArgumentProblem, StateModule} from '../contract.ts';
import {placementProblems} from '../file-want.ts';
import {editedFile, readsOfEdit} from '../text-edit.ts';
import {withOption, withoutOption} from './edit.ts';
import type {IniFileArguments} from './schema.ts';

export const iniFile: StateModule<IniFileArguments> = {
  type: 'state',
  name: 'ini_file',
  summary: 'Keeps an option, or a section, in an INI file',
  scope: 'host',

  check(args) {
    return [...valueProblems(args), ...placementProblems(args)];
  },

  reads: readsOfEdit,

  want(args, seen) {
    const values = valuesOf(args);
    if (args.state === 'absent') return editedFile(args, seen, 'leave', withoutOption(args, values));
    return editedFile(args, seen, args.create === false ? 'refuse' : 'create', withOption(args, values));
  },
};

/** The values, each once. */
function valuesOf({value, values}: IniFileArguments): readonly Text[] {
  const given = values ?? (value === undefined ? [] : [value]);
  const texts = given.map((one) => asText(one) ?? []);
  const words = texts.map(reveal);
  return texts.filter((_text, index) => words.indexOf(words[index] ?? '') === index);
}

function valueProblems(args: IniFileArguments): readonly ArgumentProblem[] {
  const {state = 'present', option, allow_no_value: noValue, exclusive = true} = args;
  const values = valuesOf(args);
  if (values.some((value) => reveal(value).includes('\n')))
    return [
      {argument: args.values ? 'values' : 'value', message: 'has a newline', hint: 'a value is one line'},
    ];
  if (state === 'present' && option !== undefined && values.length === 0 && !noValue)
    return [
      {
        argument: 'option',
        message: 'has no value',
        hint: 'give value or values, or allow_no_value: true',
      },
    ];
  if (state === 'absent' && !exclusive && values.length === 0)
    return [{argument: 'exclusive', message: 'is false, but no values are named that shall go'}];
  return [];
}
