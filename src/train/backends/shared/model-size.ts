/**
 * Billions of parameters by the model's name: 8 for `Llama-3.1-8B-Instruct`, 30 for `qwen3-30b-a3b`, 0.5 for
 * `qwen2p5-0p5b`. Nothing where the name does not tell, or gives the size of one expert of several (`8x7B`, `17B-128E`).
 */
export function billionsOf(model: string): number | undefined {
  const name = (model.split("/").at(-1) ?? model).toLowerCase();
  if (/\d+x\d|(?<![a-z0-9])\d+e(?![a-z0-9])/.test(name)) return undefined;
  const sizes = new Set(
    [...name.matchAll(/(?<![a-z0-9.])(\d+(?:[.p]\d+)?)b(?![a-z0-9])/g)].map(([, size = ""]) =>
      Number(size.replace("p", ".")),
    ),
  );
  const [size] = sizes;
  return sizes.size === 1 ? size : undefined;
}
