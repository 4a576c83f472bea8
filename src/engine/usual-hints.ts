import type {Diagnostic} from '../errors/index.ts';

/** What helps with most mistakes of a code, where whoever found one knew nothing better. */
const usualHints: Readonly<Record<string, string>> = {
  SRC001: 'check its name, and who may read it',
  SRC003: 'quote the value if it is a text',
  VAL001:
    'define it (vars, group_vars, host_vars, -e), quote it where it is a text, or say what stands in for it: default',
  VAL002: 'default says what stands in for what may be missing',
  VAL003: 'docs/language.md shows how templates are written; !raw before a value leaves it as it is',
  VAL004: 'docs/functions.md lists the functions',
  VAL005: 'docs/functions.md shows each function with an example',
  VAL007: 'give one of them a value that is made of none of the others',
  VAL009: 'both sides must be of one type: int(x), string(x), x.size()',
  VAL012: 'version(a) >= version("1.3") for versions, int(a) > 9 for numbers',
  VAL011: 'keep large numbers as texts',
  PLY003: 'vprov explain PLY003',
  PLY018: "the role's meta/arguments.yml says what it may be",
  PLY019: 'set it in group_vars, host_vars, the vars of the play or of the role, or by -e',
  PLY006: 'a task is a name, a module with its arguments, and keywords',
  PLY017: 'the file is JSON Schema 2020-12, written in YAML',
  VAL006: 'a list or map becomes a text by json, join or yaml',
  MOD003: 'docs/modules.md says what the module needs',
  ENG004: 'mend what it reads, or the condition; fail_msg says in words what is wanted',
  ENG015: 'a variable of the environment is a text or a number',
  MOD005: 'docs/modules.md says what the module takes',
  MOD006: 'keep one of them',
  MOD007: 'a secret may be in contents, in environments and in what is sent, not in names and paths',
  INV011: "for example 'web:!attic', 'pi*', '~pi[0-9]+'",
  ENG007: "write 'true' or 'false', and the name of a user",
};

export function withUsualHint(diagnostic: Diagnostic): Diagnostic {
  const hint = diagnostic.hint ?? usualHints[diagnostic.code];
  return hint === undefined ? diagnostic : {...diagnostic, hint};
}
