import {errorCode} from '../errors/index.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its links lead to one another in a circle',
  ENAMETOOLONG: 'its name is too long',
  // The only argument that can be wrong here is the name.
  ERR_INVALID_ARG_VALUE: 'no name has a NUL in it',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the disk is mounted read-only',
  EIO: 'an error of the disk',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
};

/** Why the file system refuses a file, in words where it is a usual reason. */
export function refusalOf(error: unknown): string {
  return reasons[errorCode(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));
}

/** Whether it is the operating system that said no, or a name that it is not even asked for: anything else is a defect of ours. */
export function isRefusal(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && ('syscall' in error || errorCode(error) === 'ERR_INVALID_ARG_VALUE');
}

/** Whether nothing is, and nothing can be, at a path. */
export function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(errorCode(error) ?? '');
}
