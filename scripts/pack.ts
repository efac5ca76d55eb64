/**
 * `npm run pack [-- DIR]`: builds, then packs every package into DIR (default `.millrace/packages`), as `npm publish` would. Prints a
 * line per package with its sizes.
 */
import { execFile } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { commandLine, wrongArguments } from "../packages/platform/src/node/command-line.ts";
import { root, run } from "./run.ts";

export interface PackedPackage {
  readonly name: string;
  /** The tarball. */
  readonly file: string;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

/** Packs what is compiled; build first. */
export async function pack(folder: string): Promise<PackedPackage[]> {
  const workspaces = globSync("packages/*/package.json", { cwd: root }).toSorted();
  const selected = workspaces.flatMap((manifest) => ["--workspace", join(manifest, "..")]);
  mkdirSync(folder, { recursive: true });
  const { stdout } = await promisify(execFile)(
    process.platform === "win32" ? "npm.cmd" : "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", folder, ...selected],
    { cwd: root, maxBuffer: 64 * 1024 * 1024, shell: process.platform === "win32" },
  );
  interface Packed {
    readonly name: string;
    readonly filename: string;
    readonly size: number;
    readonly unpackedSize: number;
  }
  // A list up to npm 11, an object by name after it.
  return Object.values(JSON.parse(stdout) as Packed[] | Record<string, Packed>).map(({ name, filename, size, unpackedSize }) => ({
    name,
    file: join(folder, filename.replace(/^@/, "").replace("/", "-")),
    packedBytes: size,
    unpackedBytes: unpackedSize,
  }));
}

if (import.meta.main) {
  const program = {
    command: "npm run pack --",
    text: "Builds and packs every package, as npm would publish it.",
    operands: "[DIR]",
    options: {},
  } as const;
  const [folder = join(root, ".millrace/packages"), ...others] = commandLine(program).operands;
  if (others.length > 0) wrongArguments(program, "There can be one directory");
  const built = await run("scripts/build.ts", [], { show: true });
  if (built.code !== 0) process.exit(built.code);
  const kilobytes = (bytes: number): string => `${String(Math.ceil(bytes / 1000))} kB`;
  const packages = await pack(resolve(folder));
  for (const { name, file, packedBytes, unpackedBytes } of packages)
    process.stdout.write(`${name}: ${kilobytes(packedBytes)} packed, ${kilobytes(unpackedBytes)} unpacked, ${file}\n`);
}
