import { parentPort } from "node:worker_threads";
import type { Request } from "./protocol.js";
import { serve } from "./serve.js";

// The worker of the engine `threads`.
const port = parentPort;
if (port) {
  const take = serve((answer) => port.postMessage(answer));
  port.on("message", (request: Request) => void take(request));
}
