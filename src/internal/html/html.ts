/** Markup that is safe to put into a page. Only {@link html} makes it. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What may stand in a template: text is escaped, markup is not, arrays are joined, nothing is nothing. */
export type HtmlValue = string | number | Html | readonly HtmlValue[] | undefined | false;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Text for an element or a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] as string);
}

/** A template whose values are escaped, so that no value can bring markup of its own. */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let markup = parts[0] ?? "";
  values.forEach((value, index) => {
    markup += render(value) + (parts[index + 1] ?? "");
  });
  return new Html(markup);
}

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(render).join("");
  return escapeHtml(String(value));
}

/** A link that opens elsewhere, where the address is one of the web; the bare text where it is anything else. */
export function link(address: string | undefined, text: string): Html {
  if (address === undefined || !/^https?:\/\//i.test(address) || !URL.canParse(address)) return html`${text}`;
  return html`<a href="${new URL(address).href}" rel="noopener noreferrer nofollow" target="_blank">${text}</a>`;
}
