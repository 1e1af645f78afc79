// What the scenarios of LangChain.js share: the tool, its calls, an answer and an image.
export const text = { text: "It is sunny in Paris." };
export const call = { id: "call_AAA111", name: "get_weather", arguments: '{"city": "Paris"}' };
export const second = { id: "call_BBB222", name: "get_weather", arguments: '{"city":"Rome"}' };
export const parameters = {
  type: "object",
  properties: { city: { type: "string", description: "City" } },
  required: ["city"],
};
export const definition = { name: "get_weather", description: "Get weather", parameters };
export const weather = [{ type: "function", function: definition }];
export const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
export const image = `data:image/png;base64,${pixel}`;

/** Reads a stream to its end. */
export const drain = async (stream) => {
  for await (const chunk of await stream) void chunk;
};
