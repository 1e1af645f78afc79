import { vertex, type VertexOptions } from "langsmith-finetune/backends/vertex";
import { GOOGLE_SECRET, type GoogleFake } from "../fakes/google.js";

/** The backend with Google's real clients, which talk to the stand-in. */
export function vertexOf(fake: GoogleFake, options: Partial<VertexOptions> = {}) {
  const authClient = {
    getRequestHeaders: () => Promise.resolve(new Headers({ authorization: `Bearer ${GOOGLE_SECRET}` })),
  };
  return vertex({
    model: "gemini-2.5-flash",
    project: "acme",
    location: "us-central1",
    bucket: "tuning",
    baseURL: fake.server.url,
    googleAuthOptions: { authClient: authClient as never },
    storageOptions: { apiEndpoint: fake.server.url, retryOptions: { autoRetry: false } },
    ...options,
  });
}
