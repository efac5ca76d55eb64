import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** A directory in one file: gzip over JSON, each file's path with its bytes in base64. */
export function pack(directory: string, file: string): void {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files: Record<string, string> = {};
  for (const { parentPath, name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(parentPath, name);
    files[path.slice(directory.length + 1)] = readFileSync(path, "base64");
  }
  writeFileSync(file, gzipSync(JSON.stringify(files), { level: 9 }));
}

export function unpack(file: string, directory: string): void {
  const files = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Record<string, string>;
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes, "base64");
  }
}
