import { decodeJob } from "./job.js";
import { createPartMapper, type PartMapper } from "./map-part.js";
import { failureOf, type Answer, type Request } from "./protocol.js";

/** A worker, whatever carries its messages: takes requests one after the other and answers each. */
export function serve(answer: (answer: Answer) => void): (request: Request) => Promise<void> {
  let mapper: PartMapper | undefined;
  let folder = "";
  let last: Promise<void> = Promise.resolve();

  const take = async (request: Request): Promise<void> => {
    if ("job" in request) {
      try {
        mapper = await createPartMapper(await decodeJob(request.job));
        folder = request.folder;
        answer({ ready: true });
      } catch (error) {
        answer({ failure: failureOf(error) });
      }
      return;
    }
    const { part } = request;
    try {
      if (!mapper) throw new Error("The worker has no job.");
      await mapper.map(part, folder);
      answer({ part: part.index });
    } catch (error) {
      answer({ part: part.index, failure: failureOf(error) });
    }
  };
  return (request) => (last = last.then(() => take(request)));
}
