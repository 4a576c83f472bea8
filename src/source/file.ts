import {readFileSync, statSync} from 'node:fs';
import {errorDiagnostic} from '../errors/index.ts';
import {sourceCodes} from './codes.ts';
import {type Parsed, parseYaml} from './yaml.ts';

/** Reads a YAML file in UTF-8. Never throws: a file that is missing or cannot be read is a diagnostic. */
export function readYamlFile(file: string): Parsed {
  let bytes: Buffer;
  try {
    const found = statSync(file);
    // A pipe would be waited for, and nothing could end the wait.
    if (!found.isFile()) throw new Error(found.isDirectory() ? 'it is a directory' : 'it is not a file');
    bytes = readFileSync(file);
  } catch (error) {
    const message = `cannot read ${file}: ${reasonOf(error)}`;
    return {node: undefined, diagnostics: [errorDiagnostic(sourceCodes, 'SRC001', message)]};
  }
  try {
    return parseYaml(new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes), file);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const diagnostic = errorDiagnostic(sourceCodes, 'SRC002', 'the file is not UTF-8', {
      source: {file, line: 1, column: 1},
      hint: 'save it as UTF-8',
    });
    return {node: undefined, diagnostics: [diagnostic]};
  }
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'no such file';
    case 'EACCES':
      return 'permission denied';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
