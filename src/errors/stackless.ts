/**
 * An Error by all but its stack, for what is thrown to be caught: a stack costs more than all else that an unknown or
 * a mistake in an expression does, and says nothing. Validation throws them for nearly every task of every host.
 */
export const Stackless = function Stackless(this: Error, message: string): void {
  this.message = message;
} as unknown as new (
  message: string,
) => Error;
Stackless.prototype = Object.create(Error.prototype);
