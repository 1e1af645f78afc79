/**
 * The names of a CommonJS package that was imported. Node and most bundlers give them beside `default`; esbuild with
 * `--splitting` gives `default` alone.
 */
export function namedExports<Module extends object>(module: Module): Module {
  const whole: unknown = "default" in module ? module.default : undefined;
  if ((typeof whole !== "object" && typeof whole !== "function") || whole === null) return module;
  return { ...whole, ...module };
}
