import type {Value, ValueMap} from '../value.ts';
import type {FunctionDefinition, Parameter} from './define.ts';
import {asExpression, exampleVariables} from './examples.ts';
import {formGroup} from './forms.ts';
import {functionGroups} from './table.ts';

/** What docs/functions.md says, as data. */
export interface FunctionDocs {
  /** The variables that the examples are over. */
  readonly variables: ValueMap;
  readonly groups: readonly {readonly title: string; readonly functions: readonly FunctionDoc[]}[];
}

interface FunctionDoc {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** In templates: `join names ","`. */
  readonly template: string;
  /** In expressions: `join(names, ",")`; undefined where they have an operator instead. */
  readonly expression: string | undefined;
  readonly gives: Value;
}

/** Every function and form with its example, by group. */
export function functionDocs(): FunctionDocs {
  const groups = functionGroups.map(({title, functions}) => ({title, functions: functions.map(docOf)}));
  return {variables: exampleVariables, groups: [formGroup, ...groups]};
}

function docOf({name, summary, parameters, example, templateOnly}: FunctionDefinition): FunctionDoc {
  return {
    name,
    summary,
    parameters,
    template: example.call,
    expression: templateOnly ? undefined : asExpression(example.call),
    gives: example.gives,
  };
}
