/** Why a release was not taken. `message` has no full stop; `hint` says what to do about it. */
export class ReleaseTrouble extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReleaseTrouble';
    this.hint = hint;
  }
}
