import type {Fields, FieldValue} from './value.ts';

/** Options of what is mounted are fields beside its own, which may have the same names. */
export function optionField(name: string): string {
  return `options.${name}`;
}

const prefix = optionField('');

/** Servers keep every option as a text. */
export function optionFields(options: Readonly<Record<string, unknown>>): Fields {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [optionField(name), String(value)]),
  );
}

/** The options among fields, by their own names. */
export function optionsAmong(fields: Fields): Readonly<Record<string, FieldValue>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
