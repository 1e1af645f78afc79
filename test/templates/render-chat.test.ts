import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  InvalidOptionError,
  type PreferenceExample,
  readChatTemplate,
  renderChat,
  TemplateError,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { fixture } from "./goldens.js";

const tokens = { bos_token: "<s>", eos_token: "</s>" };

const calling: TrainingExample = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Weather?" },
    {
      role: "assistant",
      content: null,
      weight: 0,
      tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } }],
    },
    {
      role: "tool",
      tool_call_id: "c1",
      content: [
        { type: "text", text: "Sun" },
        { type: "text", text: "ny" },
      ],
    },
    { role: "assistant", content: "It is sunny." },
  ],
  tools: [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }],
};

describe("renderChat", () => {
  it("finds targets by the template's generation marks, of messages whose weight is not 0", () => {
    const { text, spans, unknown, by } = renderChat(calling, { template: fixture("marked") });
    expect(by).toBe("marks");
    expect(unknown).toEqual([]);
    expect(spans.map(({ message, start, end }) => [message, text.slice(start, end)])).toEqual([
      [4, "It is sunny.<|end|>"],
    ]);
    expect(text).toContain('{"name": "weather", "arguments": {"city": "Rome"}}');
    expect(text).toContain("<|tool|>\nSunny<|end|>");
  });

  it("finds targets by renderings that begin each other, and says where they do not", () => {
    const row: TrainingExample = {
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello." },
        { role: "user", content: "And?" },
        { role: "assistant", content: "No." },
      ],
    };
    const plain = renderChat(row, { template: fixture("plain"), variables: tokens });
    expect(plain.by).toBe("prefixes");
    expect(plain.spans.map(({ message, start, end }) => [message, plain.text.slice(start, end)])).toEqual([
      [1, " Hello.</s>"],
      [3, " No.</s>"],
    ]);
    // This one drops what was thought in earlier turns, so the first answer is not what it was.
    const rewritten = renderChat(row, { template: fixture("rewriting") });
    expect(rewritten.spans.map(({ message }) => message)).toEqual([3]);
    expect(rewritten.unknown).toEqual([
      { message: 1, reason: expect.stringContaining("otherwise when more messages") as string },
    ]);
  });

  it("writes the refusal's words, text parts as text, and arguments as the template wants them", () => {
    const refusing: TrainingExample = {
      messages: [
        { role: "user", content: [{ type: "text", text: "Do it" }] },
        { role: "assistant", refusal: "I will not." },
      ],
    };
    for (const name of ["marked", "plain", "rewriting", "printing", "texts"]) {
      const { text } = renderChat(refusing, { template: fixture(name), variables: tokens });
      expect(text).toContain("I will not.");
      expect(text).toContain("Do it");
      expect(text).not.toContain("'text'");
    }
    expect(renderChat(calling, { template: fixture("texts") }).text).toContain(
      'weather\n```json\n{"city":"Rome"}\n```',
    );
    expect(renderChat(calling, { template: fixture("marked"), arguments: "text" }).text).toContain(
      '"{\\"city\\":\\"Rome\\"}"',
    );
  });

  it("keeps digits that a double does not hold", () => {
    const row = structuredClone(calling);
    const [call] = (row.messages[2] as { tool_calls: { function: { arguments: string } }[] }).tool_calls;
    call!.function.arguments = '{"id": 1234567890123456789}';
    expect(renderChat(row, { template: fixture("marked") }).text).toContain('"arguments": {"id": 1234567890123456789}');
  });

  it("renders preference pairs with the preferred answer", () => {
    const pair: PreferenceExample = {
      input: { messages: [{ role: "user", content: "Hi" }] },
      preferred_output: [{ role: "assistant", content: "Good day." }],
      non_preferred_output: [{ role: "assistant", content: "What?" }],
    };
    const { text, spans } = renderChat(pair, { template: fixture("marked") });
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(["Good day.<|end|>"]);
  });

  it("throws a TemplateError that names the line for a row that the template refuses", () => {
    const row: TrainingExample = { messages: [{ role: "assistant", content: "Good day." }] };
    expect(() => renderChat(row, { template: fixture("rewriting") })).toThrow(TemplateError);
    expect(() => renderChat(row, { template: fixture("rewriting") })).toThrow(/line \d+: No user query found/);
  });

  it("gives templates the time, the variables and the version that they are rendered with", () => {
    const row: TrainingExample = { messages: [{ role: "user", content: "Hi" }] };
    const now = new Date("2026-07-05T10:00:00");
    expect(renderChat(row, { template: fixture("printing"), now }).text).toContain("Today: 05 Jul 2026");
    const variables = { enable_thinking: false };
    expect(renderChat(row, { template: fixture("rewriting"), variables, prompt: true }).text).toMatch(
      /<think>\n\n<\/think>\n\n$/,
    );
    const thinking = {
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello.", reasoning: "Hm." },
      ],
    } as TrainingExample;
    expect(renderChat(thinking, { template: fixture("marked") }).text).toContain("<think>Hm.</think>");
    expect(renderChat(thinking, { template: fixture("marked"), transformers: 4 }).text).not.toContain("Hm.");
  });

  it("checks its options", () => {
    const wrong = (options: object) => () => renderChat(calling, options as never);
    expect(wrong({})).toThrow(InvalidOptionError);
    expect(wrong({ template: "no/such/place" })).toThrow(/no chat template at/);
    expect(wrong({ template: "{{ x }}", transformers: 3 })).toThrow(InvalidOptionError);
    expect(wrong({ template: "{{ x }}", nosuch: 1 })).toThrow(/nosuch/);
  });
});

describe("readChatTemplate", () => {
  const folder = () => mkdtempSync(join(tmpdir(), "template-"));
  const put = (place: string, files: Record<string, unknown>) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(place, name, ".."), { recursive: true });
      writeFileSync(join(place, name), typeof content === "string" ? content : JSON.stringify(content));
    }
    return place;
  };
  const shows = (source: string, tools = false) => {
    const row = {
      messages: [{ role: "user", content: "Hi" }],
      ...(tools && { tools: calling.tools }),
    } as TrainingExample;
    return renderChat(row, { template: source }).text;
  };

  it("takes chat_template.jinja before tokenizer_config.json before chat_template.json", () => {
    const place = put(folder(), {
      "chat_template.json": { chat_template: "old {{ bos_token }}{% if x %}{% endif %}" },
    });
    expect(shows(place)).toBe("old ");
    put(place, {
      "tokenizer_config.json": {
        chat_template: "config {{ bos_token }}{{ eos_token }}{{ pad_token is defined }}",
        bos_token: "<s>",
        eos_token: { content: "</s>" },
        pad_token: null,
      },
    });
    expect(shows(place)).toBe("config <s></s>False");
    expect(shows(join(place, "tokenizer_config.json"))).toBe("config <s></s>False");
    put(place, { "chat_template.jinja": "jinja {{ bos_token }}" });
    expect(shows(place)).toBe("jinja <s>");
    expect(shows(join(place, "chat_template.jinja"))).toBe("jinja <s>");
  });

  it("takes tool_use for rows with tools, and default for others", () => {
    const list = [
      { name: "default", template: "plain{{ '' }}" },
      { name: "tool_use", template: "tools{{ '' }}" },
    ];
    const place = put(folder(), { "tokenizer_config.json": { chat_template: list } });
    expect([shows(place), shows(place, true)]).toEqual(["plain", "tools"]);
    const files = put(folder(), {
      "chat_template.jinja": "plain{{ '' }}",
      "additional_chat_templates/tool_use.jinja": "more{{ '' }}",
    });
    expect([shows(files), shows(files, true)]).toEqual(["plain", "more"]);
  });

  it("says what is wrong with a place", () => {
    expect(() => readChatTemplate(folder())).toThrow(/has no chat template/);
    expect(() => readChatTemplate(put(folder(), { "tokenizer_config.json": "{" }))).toThrow(/is not JSON/);
    expect(() => readChatTemplate(put(folder(), { "tokenizer_config.json": {} }))).toThrow(InvalidOptionError);
  });
});
