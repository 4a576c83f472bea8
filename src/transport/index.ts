export {withoutBrackets} from './address.ts';
export {type BecomeMeans, becomeMethods} from './become.ts';
export {type Connect, type ConnectorOptions, connect, createConnector} from './connect.ts';
export {
  type Ask,
  type Completed,
  type Connection,
  type ConnectOptions,
  type HostTerminal,
  type Question,
  type RequestOptions,
  type Session,
  type TerminalOptions,
  TransportError,
  type TransportFailure,
  type TransportName,
  type UploadOptions,
  type UploadSource,
} from './contract.ts';
export {createKeyFinder, type FindKey, type KeyFinding, trustKeys} from './find-key.ts';
export type {ShownHostKey} from './host-key-error.ts';
export {type Forwarder, type HttpOptions, type HttpRequest, httpRequest} from './http.ts';
export type {HttpResponse} from './http-response.ts';
export {interactiveArguments} from './interactive.ts';
export {ownHome} from './own-home.ts';
export {readSshArguments, type SshArguments} from './ssh-arguments.ts';
export {openForUpload} from './upload.ts';
