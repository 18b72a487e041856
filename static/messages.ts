/**
 * Prints, as JSON, every message that the front end says, and each place where one could not be read.
 * A message is what is given to `t`, `n`, `mark`, a `Say` or `<Rich message>`. Its type must be a text, or a choice of texts:
 * then the compiler knows all of them, wherever they stand.
 */
import ts from "typescript";

type Found = { text: string; file: string };
type Fault = { file: string; line: string; problem: string };

/** Where the functions stand that say a message. */
const SPEAKERS = ["src/i18n/index.ts", "src/model/say.ts"];
/** What hands on a message that it was given itself. */
const PASSING_ON = [...SPEAKERS, "src/parts/Rich.tsx"];
const SHOWN_ATTRIBUTES = ["aria-label", "title", "placeholder", "alt", "label", "hint", "help"];

const config = ts.getParsedCommandLineOfConfigFile("tsconfig.json", {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail });
if (!config) throw new Error("tsconfig.json cannot be read.");
const program = ts.createProgram(config.fileNames, config.options);
const checker = program.getTypeChecker();
const messages: Found[] = [];
const faults: Fault[] = [];

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
}

function nameOf(source: ts.SourceFile): string {
  return source.fileName.slice(source.fileName.lastIndexOf("/src/") + 1);
}

function note(node: ts.Node, problem: string): void {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  faults.push({ file: nameOf(source), line: String(line + 1), problem });
}

/** Which arguments of a call are messages. */
function speaker(call: ts.CallExpression): number[] {
  const callee = call.expression;
  if (checker.getTypeAtLocation(callee).aliasSymbol?.name === "Say") return [0];
  let symbol = checker.getSymbolAtLocation(callee);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declared = symbol?.declarations?.[0]?.getSourceFile();
  if (!symbol || !declared || !SPEAKERS.includes(nameOf(declared))) return [];
  return symbol.name === "t" || symbol.name === "mark" ? [0] : symbol.name === "n" ? [1, 2] : [];
}

/** The messages an expression may be; null where it may be any text. One out of a table was marked there. */
function textsOf(node: ts.Expression): string[] | null {
  if (ts.isStringLiteralLike(node)) return [node.text];
  const type = checker.getTypeAtLocation(node);
  const parts = (type.isUnion() ? type.types : [type]).filter((part) => checker.typeToString(part) !== "Message");
  return parts.every((part) => part.isStringLiteral()) ? parts.map((part) => part.value) : null;
}

function take(node: ts.Expression): void {
  const texts = textsOf(node);
  if (!texts) note(node, `${node.getText()} may be any text; a catalogue holds those that are known.`);
  for (const text of texts ?? []) messages.push({ text, file: nameOf(node.getSourceFile()) });
}

function isWord(text: string): boolean {
  return /\p{L}{2}/u.test(text) && !/^[A-Z]+$/.test(text.trim());
}

function visit(node: ts.Node): void {
  if (ts.isCallExpression(node)) {
    for (const place of speaker(node)) {
      const argument = node.arguments[place];
      if (argument) take(argument);
    }
  }
  if (ts.isJsxText(node) && isWord(node.text)) note(node, `“${node.text.trim()}” is not given to t().`);
  if (ts.isJsxAttribute(node)) visitAttribute(node);
  ts.forEachChild(node, visit);
}

function visitAttribute({ name, initializer, parent }: ts.JsxAttribute): void {
  if (!initializer || !ts.isStringLiteral(initializer)) return;
  const attribute = name.getText();
  if (attribute === "message" && parent.parent.tagName.getText() === "Rich") take(initializer);
  else if (SHOWN_ATTRIBUTES.includes(attribute) && isWord(initializer.text)) {
    note(initializer, `“${initializer.text}” is not given to t().`);
  }
}

for (const source of program.getSourceFiles()) {
  const name = nameOf(source);
  const isOurs = name.startsWith("src/") && !source.fileName.includes("/node_modules/");
  if (isOurs && !PASSING_ON.includes(name) && !/\.test\.tsx?$|^src\/testing\//.test(name)) visit(source);
}
process.stdout.write(JSON.stringify({ messages, faults }));
