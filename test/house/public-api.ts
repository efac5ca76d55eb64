import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript-5.9";

/** An entry of a package, such as `@millrace/testkit/cluster`. */
export interface Entry {
  readonly name: string;
  readonly file: string;
}

const root = process.cwd();

export const entries: readonly Entry[] = globSync("packages/*/package.json")
  .toSorted()
  .flatMap((manifest) => {
    const { name, exports } = JSON.parse(readFileSync(manifest, "utf8")) as {
      name: string;
      exports: Record<string, { "millrace-source": string }>;
    };
    return Object.entries(exports).map(([subpath, { "millrace-source": source }]) => ({
      name: join(name, subpath).replaceAll(sep, "/"),
      file: join(root, dirname(manifest), source),
    }));
  });

const program = ts.createProgram(
  entries.map(({ file }) => file),
  {
    target: ts.ScriptTarget.ESNext,
    lib: ["lib.esnext.d.ts"],
    module: ts.ModuleKind.NodeNext,
    customConditions: ["millrace-source"],
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: ["node"],
  },
);
export const checker: ts.TypeChecker = program.getTypeChecker();

/** What an entry exports, by name, aliases followed. */
export function exportsOf(entry: Entry): Map<string, ts.Symbol> {
  const source = program.getSourceFile(entry.file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new RangeError(`${entry.name} exports nothing`);
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, resolved(symbol)]));
}

export function resolved(symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

/** Whether a declaration is one of this repository, at the top of its file. */
function isOwn(declaration: ts.Declaration): boolean {
  const file = declaration.getSourceFile().fileName;
  return file.includes("/packages/") && !file.includes("/node_modules/") && ts.isSourceFile(topOf(declaration));
}

function topOf(declaration: ts.Declaration): ts.Node {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return statement.parent;
}

export function placeOf(declaration: ts.Node): string {
  const source = declaration.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart());
  return `${relative(root, source.fileName)}:${String(line + 1)}`;
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some((tag) => tag.tagName.text === "internal");
}

/** Whether users see a member: neither private nor marked as internal. */
function isPublic(member: ts.Node): boolean {
  if (isInternal(member)) return false;
  if (!ts.canHaveModifiers(member)) return true;
  if (ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) === true) return false;
  const { name } = member as ts.NamedDeclaration;
  return name === undefined || !ts.isPrivateIdentifier(name);
}

/** The types of this repository that the declarations of a symbol name in their public signatures. */
export function typesNamedBy(symbol: ts.Symbol): Map<ts.Symbol, ts.Node> {
  const named = new Map<ts.Symbol, ts.Node>();
  const add = (name: ts.Node): void => {
    const found = checker.getSymbolAtLocation(name);
    if (found === undefined) return;
    const target = resolved(found);
    if (target !== symbol && (target.declarations ?? []).some(isOwn)) named.set(target, name);
  };
  const visit = (node: ts.Node): void => {
    // Neither what is written in bodies and initializers, nor what is hidden, is a signature's.
    if (ts.isBlock(node) || (ts.isClassElement(node) && !isPublic(node)) || isHiddenTypeElement(node)) return;
    // Users catch errors, and make none.
    if (ts.isConstructorDeclaration(node) && node.parent.name?.text.endsWith("Error") === true) return;
    if (ts.isTypeReferenceNode(node)) add(node.typeName);
    else if (ts.isExpressionWithTypeArguments(node)) add(node.expression);
    else if (ts.isImportTypeNode(node) && node.qualifier !== undefined) add(node.qualifier);
    ts.forEachChild(node, (child) => {
      // What a conditional type asks is how it computes, not what it gives.
      if (ts.isConditionalTypeNode(node) && (child === node.checkType || child === node.extendsType)) return;
      if (child !== initializerOf(node)) visit(child);
    });
  };
  for (const declaration of symbol.declarations ?? []) visit(declaration);
  return named;
}

function isHiddenTypeElement(node: ts.Node): boolean {
  return ts.isTypeElement(node) && isInternal(node);
}

function initializerOf(node: ts.Node): ts.Node | undefined {
  return ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node) ? node.initializer : undefined;
}

/** What users can hover over and nobody has described, as `Symbol.member (file:line)`. */
export function undocumentedIn(entry: Entry): string[] {
  const missing: string[] = [];
  for (const [name, symbol] of exportsOf(entry)) {
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined || !isOwn(declaration)) continue;
    // What another package declares is looked at there.
    if (!declaration.getSourceFile().fileName.startsWith(`${dirname(entry.file)}/`)) continue;
    if (!isDescribed(symbol)) missing.push(`${name} (${placeOf(declaration)})`);
    for (const member of membersOf(declaration)) {
      const own = checker.getSymbolAtLocation((member as ts.NamedDeclaration).name ?? member);
      if (own !== undefined && !isDescribed(own)) missing.push(`${name}.${own.name} (${placeOf(member)})`);
    }
  }
  return missing;
}

function isDescribed(symbol: ts.Symbol): boolean {
  return symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).some(({ name }) => name === "throws");
}

/** Members with a name of their own; those that say themselves what they are (`toString`, disposal, an error's `name`) left out. */
function membersOf(declaration: ts.Declaration): ts.Node[] {
  if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) return [];
  return (declaration.members as ts.NodeArray<ts.Node>).filter((member) => {
    if (!isPublic(member) || ts.isConstructorDeclaration(member)) return false;
    const { name } = member as ts.NamedDeclaration;
    if (name === undefined || ts.isComputedPropertyName(name)) return false;
    if (ts.getCombinedModifierFlags(member as ts.Declaration) & ts.ModifierFlags.Override) return false;
    return !["code", "retriable", "name", "toString"].includes(name.getText()) || ts.isInterfaceDeclaration(declaration);
  });
}
