import { formatNumber } from "../../internal/html/format.js";
import { html, link, type Html, type HtmlValue } from "../../internal/html/html.js";
import { section } from "../../internal/html/page.js";
import type { RenderedRow, SampleMessage, SampleRow } from "./report.js";

const PARTS = { train: "training", validation: "validation", test: "test" } as const;

/** Rows as they are, with what the model learns of them marked. */
export function samples(rows: readonly SampleRow[]): Html {
  const shown = rows.map((row, index) => {
    const { tools, moreTools, moreMessages, messages } = row;
    const targets = messages.filter(({ target, verdict }) => target && verdict !== "rejected").length;
    const last = moreMessages === undefined ? messages.length : messages.length - 1;
    return html`<details${index === 0 && html` open`}><summary>Row ${index + 1} <span class="muted">${placeOf(row)} · ${formatNumber(targets)} target${targets === 1 ? "" : "s"}</span></summary><div class="chat">${
      tools.length > 0 &&
      html`<p class="note">Tools: ${tools.map((name) => html`<code>${name}</code> `)}${moreTools !== undefined && `and ${formatNumber(moreTools)} more`}</p>`
    }${messages.slice(0, last).map(message)}${
      moreMessages !== undefined && html`<p class="note">${formatNumber(moreMessages)} more messages</p>`
    }${messages.slice(last).map(message)}</div></details>`;
  });
  return section("Sample rows", html`${shown}`, {
    note: "Spread over the dataset. A coloured edge marks what the model learns.",
    wide: true,
  });
}

function message({ role, name, text, reasoning, calls = [], target, verdict }: SampleMessage): Html {
  const badge = verdict ?? (target ? "target" : role === "assistant" ? "not learned" : undefined);
  const look = verdict === "rejected" ? "rejected" : target ? "target" : "";
  return html`<div class="message ${look}"><div class="who"><b>${role}</b>${name !== undefined && html` <code>${name}</code>`}${
    badge !== undefined && html` <span class="pill">${badge}</span>`
  }</div>${reasoning !== undefined && html`<div class="thought"><span class="muted">Reasoning</span>\n${reasoning}</div>`}${
    text !== "" && html`<div class="said">${text}</div>`
  }${calls.map((call) => html`<div class="call"><code>${call.name}</code> <span>${call.arguments}</span></div>`)}</div>`;
}

function placeOf({ part, line, runId, url }: SampleRow): HtmlValue {
  return [
    PARTS[part],
    line !== undefined && ` · line ${formatNumber(line)}`,
    runId !== undefined && html` · run ${link(url, runId)}`,
  ];
}

/** Rows as their chat template renders them, with what is learned marked. */
export function rendered(rows: readonly RenderedRow[]): Html {
  const shown = rows.map(({ pieces, cut, unknown, error, runId, line }, index) => {
    const place = [line !== undefined && `line ${line}`, runId !== undefined && `run ${runId}`]
      .filter(Boolean)
      .join(", ");
    const text = pieces.map(({ text: piece, target }) => (target ? html`<mark>${piece}</mark>` : html`${piece}`));
    const body = error === undefined ? html`<pre>${text}${cut && "…"}</pre>` : html`<p class="note">${error}</p>`;
    const lost =
      unknown > 0 && html`<p class="note">Where ${formatNumber(unknown)} of its targets stand is not known.</p>`;
    const heading = `Row ${index + 1}${place === "" ? "" : ` (${place})`}`;
    return html`<details><summary>${heading}</summary>${body}${lost}</details>`;
  });
  return section("As the model sees them", html`${shown}`, {
    note: "By the chat template; what is learned is marked.",
    wide: true,
  });
}
