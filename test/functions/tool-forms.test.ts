import { RunnableLambda } from "@langchain/core/runnables";
import { DynamicTool, StructuredTool, tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { describe, expect, it } from "vitest";
import { z } from "zod/v4";
import * as mini from "zod/v4-mini";
import { z as z3 } from "zod/v3";
import { convertToOpenAIFunction, convertToOpenAITool, type FunctionSchema } from "langsmith-finetune";

const parameters = {
  type: "object",
  properties: {
    city: { type: "string", description: "Name of the city" },
    days: { type: "number", default: 3 },
    unit: { type: "string", enum: ["C", "F"] },
  },
  required: ["city"],
};
const weather = { name: "get_weather", description: "Weather of a city", parameters };

const zod4 = z
  .object({
    city: z.string().describe("Name of the city"),
    days: z.number().default(3),
    unit: z.enum(["C", "F"]).optional(),
  })
  .meta({ title: "get_weather", description: "Weather of a city" });
const zod3 = z3
  .object({
    city: z3.string().describe("Name of the city"),
    days: z3.number().default(3),
    unit: z3.enum(["C", "F"]).optional(),
  })
  .describe("Weather of a city");
const zodMini = mini
  .object({
    city: mini.string().register(mini.globalRegistry, { description: "Name of the city" }),
    days: mini._default(mini.number(), 3),
    unit: mini.optional(mini.enum(["C", "F"])),
  })
  .register(mini.globalRegistry, { title: "get_weather", description: "Weather of a city" });

class WeatherTool extends StructuredTool {
  name = "get_weather";
  description = "Weather of a city";
  schema = zod3;
  protected _call(): Promise<string> {
    return Promise.resolve("sunny");
  }
}

const named = { name: "get_weather", description: "Weather of a city" };
const forms: Record<string, () => [schema: FunctionSchema, options?: { name?: string }]> = {
  "zod 4": () => [zod4],
  "zod 4 that is named by the call": () => [zod4.meta({ description: "Weather of a city" }), { name: "get_weather" }],
  "zod 4 that is named by its id": () => [zod4.meta({ id: "get_weather", description: "Weather of a city" })],
  "zod/mini": () => [zodMini],
  "zod 3": () => [zod3, { name: "get_weather" }],
  "JSON Schema with a title": () => [
    {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: named.name,
      description: named.description,
      ...parameters,
    },
  ],
  "a StructuredTool": () => [new WeatherTool()],
  "tool() with zod 4": () => [tool(() => "sunny", { ...named, schema: zod4 })],
  "tool() with JSON Schema": () => [tool(() => "sunny", { ...named, schema: parameters as { type: "object" } })],
  StructuredToolParams: () => [{ ...named, schema: zod4 }],
  "a RunnableToolLike": () => [
    RunnableLambda.from((input: { city: string }) => input.city).asTool({ ...named, schema: zod4 as never }),
  ],
  "an OpenAI function": () => [weather],
  "an OpenAI tool": () => [{ type: "function", function: weather }],
  "a tool of the Responses API": () => [{ type: "function", ...weather }],
  "an Anthropic tool": () => [{ ...named, input_schema: parameters }],
  "an MCP tool": () => [{ ...named, inputSchema: parameters }],
  "a Bedrock tool": () => [{ toolSpec: { ...named, inputSchema: { json: parameters } } }],
};

describe("every form of a tool", () => {
  it.each(Object.keys(forms))("%s", (form) => {
    const [schema, options] = forms[form]!();
    expect(convertToOpenAIFunction(schema, options)).toEqual(weather);
    expect(convertToOpenAITool(schema, options)).toEqual({ type: "function", function: weather });
  });

  it.each(Object.keys(forms).filter((form) => /Schema with|OpenAI|Anthropic|MCP|Bedrock|Responses/.test(form)))(
    "%s is not changed, and shares nothing with the result",
    (form) => {
      const [schema] = forms[form]!();
      const before = structuredClone(schema);
      const converted = convertToOpenAITool(schema, { name: "other", description: "Other", strict: false });
      (converted.function.parameters!["properties"] as Record<string, unknown>)["more"] = {};
      expect(schema).toEqual(before);
    },
  );

  it("takes name, description and strict from the call over those of the form", () => {
    expect(
      convertToOpenAIFunction({ ...weather, strict: true }, { name: "a", description: "b", strict: false }),
    ).toEqual({
      name: "a",
      description: "b",
      parameters,
      strict: false,
    });
    expect(convertToOpenAIFunction({ ...weather, strict: true }).strict).toBe(true);
  });

  it("says of a function without parameters that it has none", () => {
    expect(convertToOpenAIFunction({ name: "ping" })).toEqual({
      name: "ping",
      parameters: { type: "object", properties: {} },
    });
  });

  it("gives what ChatOpenAI takes, by its types", () => {
    const model = new ChatOpenAI({ model: "gpt-4o-mini", apiKey: "none" });
    expect(model.withConfig({ functions: [convertToOpenAIFunction(zod4)] })).toBeDefined();
    expect(model.bindTools([convertToOpenAITool(zod4)])).toBeDefined();
  });

  it("takes a tool of a plain string", () => {
    const dynamic = new DynamicTool({ name: "search", description: "Search", func: () => Promise.resolve("") });
    expect(convertToOpenAIFunction(dynamic).parameters).toEqual({
      type: "object",
      properties: { input: { type: "string" } },
    });
  });
});
