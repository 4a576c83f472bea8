export {
  type CodeTable,
  type Diagnostic,
  errorDiagnostic,
  hasError,
  type Related,
  type Severity,
  VprovError,
  warningDiagnostic,
} from './diagnostic.ts';
export {errorCode} from './error-code.ts';
export {hushed, withSources} from './hushed.ts';
export {didYouMean, nearest} from './nearest.ts';
export {isSchemaFile, isSecretName, isSecretSetting, mayNameSecret} from './secret-names.ts';
export {formatSource, type Source} from './source.ts';
export {Stackless} from './stackless.ts';
export {originWithoutValue, withheld, withoutAddressSecrets, withoutText} from './withheld.ts';
