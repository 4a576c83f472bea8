/** The part of JSON Schema 2020-12 that says how arguments are read: where a plain number keeps its source text. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly enum?: readonly unknown[];
  /** A condition or the like: never rendered, else data would be evaluated. */
  readonly expression?: boolean;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}
