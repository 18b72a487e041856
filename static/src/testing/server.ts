/** A real HTTP server on loopback that the tests script; the page's address is set to it. */

import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export type Asked = { method: string; path: string; headers: IncomingHttpHeaders; body: unknown; text: string };
export type Reply = { status: number; body?: unknown; headers?: Record<string, string>; text?: string };
export type Answering = (asked: Asked) => Reply | Promise<Reply>;

export type TestServer = { asked: Asked[]; answer: (answering: Answering) => void; close: () => Promise<void> };

declare const window: { happyDOM: { setURL: (url: string) => void } };

async function textOf(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Starts the server, and makes its address the page's, so that relative paths reach it. */
export async function startServer(): Promise<TestServer> {
  const asked: Asked[] = [];
  let answering: Answering = () => ({ status: 404, body: { title: "Not found" } });
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "", url = "", headers } = request;
      const sent = await textOf(request);
      const one = { method, path: url, headers, text: sent, body: sent === "" ? null : (JSON.parse(sent) as unknown) };
      asked.push(one);
      const { status, body, text, headers: more } = await answering(one);
      const type = text === undefined ? "application/json" : "text/html";
      const problem = status >= 400 && text === undefined ? "application/problem+json" : type;
      response.writeHead(status, { "Content-Type": problem, ...more });
      response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  window.happyDOM.setURL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/rules/7/`);
  return {
    asked,
    answer: (next) => {
      answering = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
