import type {Diagnostic, Source} from '../errors/index.ts';
import {tasksIn} from '../playbook/index.ts';
import type {Project} from './project.ts';

/**
 * Says of a name that nothing defines which task of the project sets it, for that is read too early, or on another way.
 * @returns the same diagnostic where another hint is known, or where no task sets the name
 */
export function settersNamed(project: Project): (diagnostic: Diagnostic) => Diagnostic {
  let setters: ReadonlyMap<string, Source> | undefined;
  return (diagnostic) => {
    const {code, hint, message} = diagnostic;
    const [, name] = /^'([A-Za-z_]\w*)' is not defined$/.exec(message) ?? [];
    if (code !== 'VAL001' || hint !== undefined || name === undefined) return diagnostic;
    setters ??= settersOf(project);
    const source = setters.get(name);
    if (source === undefined) return diagnostic;
    return {
      ...diagnostic,
      related: [...(diagnostic.related ?? []), {message: 'only this task sets it', source}],
      hint: 'read it after that task, or say what stands in for it: default',
    };
  };
}

/** The task that first registers a variable, or sets it by set_fact. */
function settersOf({playbook}: Project): ReadonlyMap<string, Source> {
  const setters = new Map<string, Source>();
  for (const {tasks, handlers} of playbook.plays)
    for (const {register, module, args, source} of tasksIn([...tasks, ...handlers])) {
      const facts = module === 'set_fact' ? args.entries.map(({key}) => key) : [];
      for (const name of register ? [register, ...facts] : facts)
        if (!setters.has(name)) setters.set(name, source);
    }
  return setters;
}
