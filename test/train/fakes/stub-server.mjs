#!/usr/bin/env node
// Stands in for a model server: `stub-server.mjs <host> <port> <folder> [dies|silent]`. Starts a process
// of its own, as real servers do, and leaves both ids in the folder.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const [host, port, folder, behaviour] = process.argv.slice(2);
const child = spawn("sleep", ["1000"], { stdio: "ignore" });
writeFileSync(join(folder, "processes"), `${process.pid} ${child.pid}`);
console.log("loading the model");

if (behaviour === "dies") {
  console.error("ValueError: Unrecognized model");
  process.exit(3);
}

let looks = 0;
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (piece) => (body += piece));
  request.on("end", () => {
    const reply = (status, value) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.url === "/health") reply(404, {});
    else if (request.url === "/v1/models") {
      looks += 1;
      reply(behaviour !== "silent" && looks > 2 ? 200 : 503, { data: [] });
    } else if (request.url === "/v1/chat/completions") {
      const { model, messages } = JSON.parse(body);
      const message = { role: "assistant", content: `${model} was asked: ${messages.at(-1).content}` };
      reply(200, {
        id: "c",
        object: "chat.completion",
        created: 1,
        model,
        choices: [{ index: 0, message, finish_reason: "stop" }],
      });
    } else reply(404, {});
  });
});
server.listen(Number(port), host);
