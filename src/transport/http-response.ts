import type {X509Certificate} from 'node:crypto';
import type {IncomingMessage} from 'node:http';

/** A whole HTTP answer. */
export interface HttpResponse {
  readonly status: number;
  /** The words beside the status; may be empty. */
  readonly reason: string;
  /** Names in lower case; several of one name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Of HTTPS: that of who answered. */
  readonly certificate?: X509Certificate | undefined;
}

/** @throws Error when the body is too large or ends too early */
export async function readResponse(message: IncomingMessage, largestBytes: number): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > largestBytes) throw new Error(`the answer is larger than ${largestBytes} bytes`);
    chunks.push(chunk);
  }
  if (!message.complete) throw new Error('the connection ended in the middle of the answer');
  const headers = Object.entries(message.headers).map(([name, value]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return {
    status: message.statusCode ?? 0,
    reason: message.statusMessage ?? '',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}
