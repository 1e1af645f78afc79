import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/**
 * A `fetch` for servers that refuse browsers. Node's own sends `Sec-Fetch-Mode` with every request,
 * by which Ray's dashboard takes it for a browser and answers 405 to all but GET (Ray 2.60,
 * `dashboard/optional_utils.py`).
 */
export async function plainFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const body = Buffer.from(await request.arrayBuffer());
  const send = request.url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const headers = {
      ...Object.fromEntries(request.headers),
      ...(body.length > 0 ? { "content-length": String(body.length) } : {}),
    };
    // The signal itself is listened to by the request, and its reason is what a fetch rejects with.
    const fail = (error: Error) => reject(request.signal.aborted ? (request.signal.reason as Error) : error);
    const sent = send(request.url, { method: request.method, headers, signal: request.signal }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.once("error", fail);
      answer.once("end", () => {
        const { statusCode = 500, statusMessage } = answer;
        const fields = Object.entries(answer.headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)] as [string, string]],
        );
        const empty = statusCode === 204 || statusCode === 304;
        resolve(
          new Response(empty ? null : Buffer.concat(pieces), {
            status: statusCode,
            statusText: statusMessage,
            headers: fields,
          }),
        );
      });
    });
    sent.once("error", fail);
    sent.end(body);
  });
}
