/**
 * What an error says of itself for programs: `ENOENT` and the like of the operating system, zlib's, the expression
 * language's. Undefined where it says nothing.
 * @see https://nodejs.org/api/errors.html#errorcode
 */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
