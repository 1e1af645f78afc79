// Every function and class that the package exports has an example in its docblock. That the
// examples compile is checked by check-docs.ts.
import ts from "typescript";

const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ".");
const entries = [
  "src/index.ts",
  "src/sandbox/index.ts",
  "src/testing/index.ts",
  ...ts.sys.readDirectory("src/train/backends", [".ts"], undefined, ["*.ts"]),
];
const program = ts.createProgram(entries, options);
const checker = program.getTypeChecker();

let seen = 0;
const missing: string[] = [];
for (const entry of entries) {
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${entry} is not a module`);
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    // Errors are caught, not called.
    if (!(symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) || symbol.name.endsWith("Error")) continue;
    seen += 1;
    if (!symbol.getJsDocTags(checker).some(({ name }) => name === "example")) missing.push(`${entry}: ${symbol.name}`);
  }
}
if (seen === 0 || missing.length > 0) {
  console.error(
    seen === 0 ? "No exported function was found." : `No example in the docblock of:\n${missing.join("\n")}`,
  );
  process.exitCode = 1;
} else console.log(`${seen} exported functions and classes have an example.`);
