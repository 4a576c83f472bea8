import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';

/** A server for as long as it is used. `answer` with less than `length` bytes leaves the connection open, and gives what cuts it; of `unsaid` length it never ends. */
export async function withServer(
  respond: (
    path: string,
    range: string | undefined,
    answer: (status: number, body: Buffer, length?: number | 'unsaid') => () => void,
  ) => unknown,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    respond(path, request.headers.range, (status, body, length = body.length) => {
      response.writeHead(status, length === 'unsaid' ? {} : {'content-length': length});
      if (length === body.length) response.end(body);
      else response.write(body);
      return () => void response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
