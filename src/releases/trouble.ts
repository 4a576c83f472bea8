/** Why a release was not taken. `message` has no full stop; `hint` says what to do about it. */
export class ReleaseTrouble extends Error {
  readonly hint: string | undefined;
  /** It is not what the lock file says of it: whoever knows the file says which entry that is. */
  readonly isOfLock: boolean;

  constructor(message: string, hint?: string, options: ErrorOptions & {readonly isOfLock?: boolean} = {}) {
    super(message, options);
    this.name = 'ReleaseTrouble';
    this.hint = hint;
    this.isOfLock = options.isOfLock === true;
  }
}
