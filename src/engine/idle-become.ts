import {type Diagnostic, warningDiagnostic} from '../errors/index.ts';
import {type Become, type Play, tasksIn} from '../playbook/index.ts';
import type {Node} from '../source/index.ts';
import {engineCodes} from './codes.ts';

/**
 * Users that a play names and never becomes, as neither it nor its tasks say `become`: they are carried out as the user
 * of the login, and nothing goes wrong until one of them is refused. For a play none of whose hosts says it, either.
 */
export function usersNotBecome({become, tasks, handlers}: Play): readonly Diagnostic[] {
  if (become.become !== undefined) return [];
  const ofTasks = [...tasksIn([...tasks, ...handlers])].map((task) => task.become);
  const users = new Set(ofTasks.filter(isIdle).flatMap(({user}) => user ?? []));
  if (become.user && ofTasks.every((one) => one.become === undefined)) users.add(become.user);
  return [...users].map(notBecome);
}

function isIdle({become, user}: Become): boolean {
  return become === undefined && user !== undefined;
}

function notBecome({source}: Node): Diagnostic {
  const message = "without 'become: true' nobody is become, and this user has no effect";
  return warningDiagnostic(engineCodes, 'ENG019', message, {source, hint: "write 'become: true' beside it"});
}
