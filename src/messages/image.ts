import { isRecord, objectOf } from "../internal/is-record.js";
import type { ContentPart } from "../types.js";
import { shown, Unreadable } from "./unreadable.js";

type ImagePart = Extract<ContentPart, { type: "image_url" }>;
type Detail = NonNullable<ImagePart["image_url"]["detail"]>;

/**
 * An image in any of the dialects that traces hold: OpenAI chat and Responses, Anthropic, Gemini,
 * LangChain's standard blocks of both generations, the Vercel AI SDK, OpenTelemetry. What is no
 * image (a PDF, a sound, a file by its id) is refused: no fine-tuning row can hold it.
 */
export function readImage(part: Record<string, unknown>, path: string): ImagePart {
  const url = imageUrl(part);
  if (url === undefined) {
    throw new Unreadable(
      "unsupported-content",
      "A file that is not an image, or an image that is only named by an id, has no place in a training row.",
      path,
    );
  }
  if (isCut(url))
    throw new Unreadable("unsupported-content", "The tracer cut the bytes of an image out of the trace.", path);
  const detail = detailOf(part, path);
  return { type: "image_url", image_url: detail === undefined ? { url } : { url, detail } };
}

// Tracers put words in place of long data: LiteLLM's `[base64_data truncated: 72B]`, Dify's `...[TRUNCATED]...`,
// Pipecat's `data:image/...`.
function isCut(url: string): boolean {
  const base64 = /^data:[^,]*;base64,/.exec(url)?.[0];
  if (base64 === undefined)
    return url === "" || url.includes("[TRUNCATED]") || url.includes("<redacted>") || /^data:[^,]*(?:,\s*)?$/.test(url);
  return url.length === base64.length || !/^[A-Za-z0-9+/_\s=-]+$/.test(url.slice(base64.length));
}

function imageUrl(part: Record<string, unknown>): string | undefined {
  const direct = isRecord(part.image_url)
    ? part.image_url.url
    : part.type === "input_image"
      ? (part.image_url ?? part.image ?? part.imageUrl)
      : part.image_url;
  if (typeof direct === "string") return linkOrData(direct, mediaType(part));
  if (isRecord(part.source)) return fromSource(part.source, part);
  if (isRecord(part.file)) {
    const { file_data: data } = part.file;
    return dataUrl(data, mediaType(part) ?? mediaType(part.file) ?? (isImageAddress(data) ? "image/*" : undefined));
  }
  if (part.type === "input_file") return dataUrl(part.file_data, mediaType(part));
  // OpenInference has `{ image: { url } }`, in the attributes of a span once more under `image`.
  if (isRecord(part.image)) {
    const { format, source } = part.image;
    if (typeof format === "string" && isRecord(source))
      return dataUrl(base64Of(Object.values(objectOf(source.bytes))), `image/${format}`);
    const { url } = isRecord(part.image.image) ? part.image.image : part.image;
    return part.type === "image" && typeof url === "string" ? linkOrData(url, undefined) : undefined;
  }
  // OpenTelemetry's parts name their kind, and not always their type.
  const media = mediaType(part);
  if (
    part.type !== "image" &&
    part.type !== "image-url" &&
    part.modality !== "image" &&
    media?.startsWith("image/") !== true
  )
    return undefined;
  const linked = [part.url, part.uri, part.file_uri, part.fileUri].find((value) => typeof value === "string");
  if (linked !== undefined) return linked as string;
  const data = [part.data, part.base64, part.image, part.content].find((value) => typeof value === "string") as
    string | undefined;
  return data === undefined ? undefined : linkOrData(data, media);
}

/** The base64 of bytes that JSON has as numbers; undefined where there are none, or anything else among them. */
export function base64Of(values: readonly unknown[]): string | undefined {
  return values.length > 0 && values.every(isByte) ? Buffer.from(values as number[]).toString("base64") : undefined;
}

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function fromSource(source: Record<string, unknown>, part: Record<string, unknown>): string | undefined {
  if (source.type === "url" && typeof source.url === "string") return part.type === "image" ? source.url : undefined;
  return dataUrl(source.data, mediaType(source));
}

// LangChain.js traces every block with data, sounds and documents too, as an `image_url`; the AI
// SDK's old exporter writes bare base64 there.
function linkOrData(value: string, media: string | undefined): string | undefined {
  if (/^(?:data|https?|gs|s3):/.test(value))
    return value.startsWith("data:") && !value.startsWith("data:image/") ? undefined : value;
  return dataUrl(value, media ?? mediaTypeOfBase64(value));
}

// The first bytes of the formats that models take.
const MAGIC: readonly (readonly [string, string])[] = [
  ["iVBORw0KGgo", "image/png"],
  ["/9j/", "image/jpeg"],
  ["R0lGOD", "image/gif"],
  ["UklGR", "image/webp"],
];

/** The type of an image by its first bytes; undefined where they are of no known format. */
export function mediaTypeOfBase64(data: string): string | undefined {
  return MAGIC.find(([start]) => data.startsWith(start))?.[1];
}

// A data URL of an image, an address, or bare base64 with its type known.
function dataUrl(data: unknown, media: string | undefined): string | undefined {
  if (typeof data !== "string" || data === "") return undefined;
  if (data.startsWith("data:")) {
    if (!data.startsWith("data:image/")) return undefined;
    // `@ai-sdk/openai` sends an image of unknown type as a JPEG.
    return data.startsWith("data:image/*;") ? `data:image/jpeg;${data.slice("data:image/*;".length)}` : data;
  }
  if (media?.startsWith("image/") !== true) return undefined;
  if (/^https?:/.test(data)) return data;
  return `data:${media === "image/*" ? "image/jpeg" : media};base64,${data}`;
}

// The AI SDK's tracer loses the type of a file; then only its address can tell.
function isImageAddress(address: unknown): boolean {
  return typeof address === "string" && /^https?:[^?#]+\.(?:png|jpe?g|gif|webp)(?:[?#]|$)/i.test(address);
}

function mediaType(holder: Record<string, unknown>): string | undefined {
  return [holder.mime_type, holder.mimeType, holder.media_type, holder.mediaType].find(
    (value) => typeof value === "string",
  );
}

function detailOf(part: Record<string, unknown>, path: string): Detail | undefined {
  const options = objectOf(objectOf(part.providerOptions ?? part.providerMetadata).openai);
  const metadata = objectOf(part.metadata);
  const inner = objectOf(part.image_url);
  const named = [inner.detail, part.detail, metadata.detail, options.imageDetail].find(
    (detail) => typeof detail === "string",
  );
  if (named === undefined || isDetail(named)) return named;
  throw new Unreadable(
    "unsupported-content",
    `An image with the detail ${shown(named)} has no place in a training row.`,
    path,
  );
}

function isDetail(value: unknown): value is Detail {
  return value === "auto" || value === "low" || value === "high";
}
