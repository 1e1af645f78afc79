import { createHash } from "node:crypto";
import { html, Html, type HtmlValue } from "./html.js";
import { STYLE } from "./style.js";

// The page has no script, asks no server for anything, and says so to the browser: whatever got
// into it could do nothing. The style is allowed by its hash.
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** A whole page as text: one file, no script, light and dark, for screens of any width and for paper. */
export function renderPage({
  title,
  subtitle,
  body,
  footer,
}: {
  title: string;
  subtitle?: HtmlValue;
  body: HtmlValue;
  footer?: HtmlValue;
}): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<header><h1>${title}</h1>${subtitle !== undefined && html`<p class="subtitle">${subtitle}</p>`}</header>
${body}
</main>
${footer !== undefined && html`<footer>${footer}</footer>`}
</body>
</html>
`;
  return page.markup;
}

/** A part of the page with a heading. `wide` takes the whole width where there are two columns. */
export function section(
  heading: string,
  content: HtmlValue,
  { note, wide = false }: { note?: HtmlValue; wide?: boolean } = {},
): Html {
  return html`<section class="${wide ? "card wide" : "card"}"><h2>${heading}</h2>${note !== undefined && html`<p class="note">${note}</p>`}${content}</section>`;
}

/** Large numbers beside each other, each with what it counts. */
export function figures(items: readonly { value: string; label: string; detail?: HtmlValue }[]): Html {
  return html`<div class="figures">${items.map(
    ({ value, label, detail }) =>
      html`<div class="figure"><span class="label">${label}</span><span class="value">${value}</span>${detail !== undefined && html`<span class="detail">${detail}</span>`}</div>`,
  )}</div>`;
}

/** Something that the reader should see first. */
export function notice(level: "error" | "warning" | "info", message: HtmlValue): Html {
  const words = { error: "Error", warning: "Warning", info: "Note" };
  return html`<p class="notice ${level}"><strong>${words[level]}</strong> <span>${message}</span></p>`;
}

/** The answer that the page is about, in large letters, with what it rests on below. */
export function verdict(kind: "good" | "bad" | "mixed" | "neutral", sentence: string, detail?: HtmlValue): Html {
  return html`<section class="verdict ${kind}"><p class="sentence">${sentence}</p>${detail !== undefined && html`<div class="detail">${detail}</div>`}</section>`;
}
