// Written by scripts/write-subpaths.ts from src/index.ts.

export { chatModel, type ChatModelOptions, type TunedChatModel } from "./chat-model.js";
export { deploy, teardown, type DeployOptions, type TeardownOptions } from "./deploy.js";
export { routedChatModel, type RoutedChatModel, type RoutedChatModelOptions } from "./routed/routed-chat-model.js";
export type { RoutedCall, RouteCounts } from "./routed/router.js";
