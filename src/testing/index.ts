/**
 * For those who write a backend of their own: the contract suite, a server for a stand-in of the provider, and the
 * helpers that this package's own backends ask a service with.
 *
 * @module
 */
export { contractRows, testBackend } from "./backend-contract.js";
export type { BackendContract, BackendWorld, TestRunner } from "./backend-contract.js";
export { startFakeServer } from "./fake-server.js";
export type { FakeApp, FakeServer, Fault, RecordedRequest } from "./fake-server.js";
export { createHttpClient } from "../http/http-client.js";
export type { HttpClient, HttpClientOptions, HttpRequest } from "../http/http-client.js";
export { hasList, hasTexts, isList, isObject } from "../http/answer-check.js";
export type { AnswerCheck } from "../http/answer-check.js";
export { loadApiKey } from "../http/load-api-key.js";
export type { ApiKey } from "../http/load-api-key.js";
export { shortenPauses } from "../http/own-pauses.js";
export { retryTransient } from "../http/retry.js";
export type { RetryOptions } from "../http/retry.js";
export { isTransient, toServiceError } from "../http/service-error.js";
export type { FailureContext } from "../http/service-error.js";
export { waitUntil } from "../http/wait-until.js";
export type { WaitUntilOptions } from "../http/wait-until.js";
