import {createHash} from 'node:crypto';
import {basename} from 'node:path';
import {VprovError} from '../errors/index.ts';
import type {Handler, Play, Task} from '../playbook/index.ts';
import type {Node} from '../source/index.ts';
import {mask, UnknownRead} from '../text/index.ts';
import {asText, render, type Scope} from '../values/index.ts';
import type {TaskLabel} from './events.ts';
import {beforeHosts} from './play-scope.ts';

/** How a task is called in events: its name rendered, or the module's name; never a reason to fail. */
export function labelOf(task: Task, scope: Scope, handler: boolean): TaskLabel {
  return {
    name: nameOf(task, scope),
    source: task.source,
    module: task.module,
    ...(task.role ? {role: task.role.name} : {}),
    ...(handler ? {handler} : {}),
  };
}

function nameOf(task: Task, scope: Scope): string {
  if (!task.name) return task.module;
  try {
    const text = asText(render(task.name, scope));
    return text ? mask(text) : task.name.text;
  } catch (error) {
    if (error instanceof VprovError || error instanceof UnknownRead) return task.name.text;
    throw error;
  }
}

/** What defines a handler: `role:vault` or `playbook:vault.yml`. */
export function definerOf(handler: Handler, playbookFile: string): string {
  return handler.role ? `role:${handler.role.name}` : `playbook:${basename(playbookFile)}`;
}

/** The first 12 digits of the SHA-256 of a handler as written: module, arguments and conditions. */
export function digestOf(handler: Handler): string {
  const definition = JSON.stringify([
    handler.module,
    plain(handler.args),
    handler.when.map((one) => one.text),
  ]);
  return createHash('sha256').update(definition).digest('hex').slice(0, 12);
}

function plain(node: Node): unknown {
  switch (node.type) {
    case 'scalar':
      return node.text;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return node.entries.map((entry) => [entry.key, plain(entry.value)]);
  }
}

const begun = new WeakMap<Play, string>();

/** A play as people call it: from when it begins with the values of its name's template, before that as it is written. */
export function playName(play: Play): string {
  return begun.get(play) || play.name || play.hosts.text;
}

/** The play begins, and these variables have their values. @throws VprovError */
export function nameBegun(play: Play, scope: Scope): void {
  const name = renderedName(play, scope);
  if (name !== undefined) begun.set(play, name);
}

/** Undefined for what is no template, or not known yet. @throws VprovError */
export function renderedName({nameTemplate}: Play, scope: Scope): string | undefined {
  if (nameTemplate === undefined) return undefined;
  const text = asText(beforeHosts(() => render(nameTemplate, scope)));
  return text && mask(text);
}
