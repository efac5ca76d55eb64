import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { FileLock } from "../index.ts";

/** Locks of this thread's. */
const held = new Set<string>();

/**
 * A lock file holds its owner's process id and when that process began: Node offers none of the operating system's locks.
 * One whose process is gone counts for nothing. Processes of other machines, and of other containers, are not seen.
 */
export function lock(path: string): FileLock | null {
  const name = resolve(path);
  if (held.has(name)) return null;
  const owner = `${String(process.pid)}\n${beginningOf(process.pid)}\n`;
  while (!create(name, owner)) {
    const text = read(name);
    if (text !== null && isRunning(text)) return null;
    if (text !== null) removeStale(name, text);
  }
  held.add(name);
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      held.delete(name);
      if (read(name) === owner) rmSync(name, { force: true });
    },
  };
}

/** Makes the file with its content, at once; false if there is one. */
function create(path: string, text: string): boolean {
  const whole = `${path}.${String(process.pid)}`;
  writeFileSync(whole, text);
  try {
    linkSync(whole, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    return createWithoutLink(path, text);
  } finally {
    rmSync(whole, { force: true });
  }
}

/** For file systems without hard links. */
function createWithoutLink(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Takes a dead process's file away, unless somebody else did so already and put a new one there. */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${String(process.pid)}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (read(aside) !== text) {
    try {
      linkSync(aside, path);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
  rmSync(aside, { force: true });
}

function isRunning(text: string): boolean {
  const [pidText = "", beginning = ""] = text.split("\n");
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
  }
  return beginningOf(pid) === beginning;
}

/** Tells a process from a later one with the same id: the machine's start and the process's, where Linux tells them. */
function beginningOf(pid: number): string {
  const stat = read(`/proc/${String(pid)}/stat`);
  if (stat === null) return "";
  // The name, in parentheses, may hold anything; the field we want is the twentieth after it.
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return `${read("/proc/sys/kernel/random/boot_id")?.trim() ?? ""} ${ticks}`;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
