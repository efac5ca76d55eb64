import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, constants } from "node:fs";
import { open as openHandle } from "node:fs/promises";
import type { Files } from "../index.ts";
import { NodeFile } from "./file.ts";
import { lock } from "./lock.ts";

const { O_CREAT, O_RDWR } = constants;

export const nodeFiles: Files = {
  open: (path, options) => new NodeFile(path, openSync(path, options?.create === true ? O_RDWR | O_CREAT : O_RDWR, 0o644)),
  readAll: (path) => nullIfMissing(() => readFileSync(path)),
  exists: existsSync,
  list: (path) => nullIfMissing(() => readdirSync(path))?.sort() ?? [],
  makeDirectory(path) {
    mkdirSync(path, { recursive: true });
  },
  rename: renameSync,
  remove(path) {
    rmSync(path, { recursive: true, force: true });
  },
  async syncDirectory(path) {
    // Windows opens no directories, and keeps their entries safe by itself.
    if (process.platform === "win32") return;
    const directory = await openHandle(path, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
  lock,
};

function nullIfMissing<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
