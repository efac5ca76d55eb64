import { describe, expect, test } from "vitest";
import { FileClosedError, type Files } from "../index.ts";
import { type OpenHarness, withHarness } from "./harness.ts";

type FilesTest = (files: Files, directory: string) => Promise<void> | void;

/** Suite that every file system passes. The effects of a crash are tested apart, where crashes can be made. */
export function filesConformance(name: string, open: OpenHarness): void {
  const filesTest = (title: string, run: FilesTest): void => {
    test(title, () =>
      withHarness(open, async ({ platform, directory }) => {
        await run(platform.files, directory);
      }),
    );
  };
  describe(`${name} files`, () => {
    contents(filesTest);
    handles(filesTest);
    directories(filesTest);
    durability(filesTest);
    locks(filesTest);
  });
}

type Define = (title: string, run: FilesTest) => void;

function contents(define: Define): void {
  define("reads back what was written, before any sync", (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    file.write([Buffer.from("hello "), Buffer.alloc(0), Buffer.from("world")], 0);
    file.write([], 3);
    const into = Buffer.alloc(20, ".");
    expect(file.read(into, 2, 5, 6)).toBe(5);
    expect(into.toString()).toBe("..world.............");
    expect(file.size()).toBe(11);
    expect(files.readAll(`${directory}/a`)?.toString()).toBe("hello world");
    file.close();
  });

  define("reads less where the file ends", (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    file.write([Buffer.from("abc")], 0);
    const into = Buffer.alloc(8, ".");
    expect(file.read(into, 0, 8, 1)).toBe(2);
    expect(file.read(into, 0, 8, 3)).toBe(0);
    expect(file.read(into, 0, 8, 100)).toBe(0);
    expect(file.read(into, 0, 0, 0)).toBe(0);
    expect(into.toString()).toBe("bc......");
    file.close();
  });

  define("overwrites in the middle and extends over the end", (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    file.write([Buffer.from("0123456789")], 0);
    file.write([Buffer.from("ab"), Buffer.from("cd")], 3);
    expect(files.readAll(`${directory}/a`)?.toString()).toBe("012abcd789");
    file.write([Buffer.from("WXYZ")], 8);
    expect(files.readAll(`${directory}/a`)?.toString()).toBe("012abcd7WXYZ");
    file.close();
  });

  define("fills a gap with zeros", (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    file.write([Buffer.from("x")], 3);
    expect(files.readAll(`${directory}/a`)).toEqual(Buffer.from([0, 0, 0, 120]));
    file.close();
  });

  define("truncates to less and to more", (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    file.write([Buffer.from("abcdef")], 0);
    file.truncate(2);
    expect(file.size()).toBe(2);
    file.truncate(4);
    expect(files.readAll(`${directory}/a`)).toEqual(Buffer.from([97, 98, 0, 0]));
    file.close();
  });

  define("keeps a copy of what it is given", (files, directory) => {
    const bytes = Buffer.from("abc");
    const file = files.open(`${directory}/a`, { create: true });
    file.write([bytes], 0);
    bytes.fill("z");
    const first = files.readAll(`${directory}/a`);
    first?.fill("y");
    expect(files.readAll(`${directory}/a`)?.toString()).toBe("abc");
    file.close();
  });

  define("takes many chunks in one write", (files, directory) => {
    const chunks = Array.from({ length: 3000 }, (_, i) => Buffer.from(`${String(i)},`));
    const file = files.open(`${directory}/a`, { create: true });
    file.write(chunks, 1);
    const expected = Buffer.concat([Buffer.alloc(1), ...chunks]);
    expect(files.readAll(`${directory}/a`)?.equals(expected)).toBe(true);
    file.close();
  });
}

function handles(define: Define): void {
  define("opens a missing file only when asked to create it", (files, directory) => {
    expect(() => files.open(`${directory}/a`)).toThrow(expect.objectContaining({ code: "ENOENT" }));
    expect(files.exists(`${directory}/a`)).toBe(false);
    expect(files.readAll(`${directory}/a`)).toBe(null);
    files.open(`${directory}/a`, { create: true }).close();
    expect(files.exists(`${directory}/a`)).toBe(true);
    expect(files.readAll(`${directory}/a`)).toHaveLength(0);
    expect(() => files.open(`${directory}/missing/a`, { create: true })).toThrow(expect.objectContaining({ code: "ENOENT" }));
  });

  define("opens a file that exists without touching it", (files, directory) => {
    const first = files.open(`${directory}/a`, { create: true });
    first.write([Buffer.from("kept")], 0);
    const second = files.open(`${directory}/a`, { create: true });
    expect(second.path).toBe(`${directory}/a`);
    expect(second.size()).toBe(4);
    second.write([Buffer.from("K")], 0);
    first.close();
    expect(files.readAll(`${directory}/a`)?.toString()).toBe("Kept");
    second.close();
  });

  define("refuses to open a directory as a file", (files, directory) => {
    files.makeDirectory(`${directory}/d`);
    expect(() => files.open(`${directory}/d`)).toThrow(expect.objectContaining({ code: "EISDIR" }));
    expect(() => files.readAll(`${directory}/d`)).toThrow(expect.objectContaining({ code: "EISDIR" }));
  });

  define("goes on with a file that was renamed or removed", (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    files.rename(`${directory}/a`, `${directory}/b`);
    file.write([Buffer.from("moved")], 0);
    expect(files.readAll(`${directory}/b`)?.toString()).toBe("moved");
    files.remove(`${directory}/b`);
    file.write([Buffer.from("!")], 5);
    expect(file.size()).toBe(6);
    file.close();
    expect(files.exists(`${directory}/b`)).toBe(false);
  });

  define("refuses a closed file, in whatever way it is used", (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    file.close();
    file.close();
    expect(() => file.size()).toThrow(FileClosedError);
    expect(() => file.read(Buffer.alloc(1), 0, 1, 0)).toThrow(FileClosedError);
    expect(() => {
      file.write([Buffer.from("x")], 0);
    }).toThrow(FileClosedError);
    expect(() => {
      file.truncate(0);
    }).toThrow(FileClosedError);
    expect(() => void file.sync()).toThrow(FileClosedError);
  });
}

function directories(define: Define): void {
  define("lists names in order, files and directories alike", (files, directory) => {
    for (const name of ["b", "a", "C", "a-1"]) files.open(`${directory}/${name}`, { create: true }).close();
    files.makeDirectory(`${directory}/aa/deep/er`);
    files.makeDirectory(`${directory}/aa/deep`);
    expect(files.list(directory)).toEqual(["C", "a", "a-1", "aa", "b"]);
    expect(files.list(`${directory}/aa`)).toEqual(["deep"]);
    expect(files.list(`${directory}/missing`)).toEqual([]);
    expect(files.exists(`${directory}/aa/deep/er`)).toBe(true);
  });

  define("renames over an existing file", (files, directory) => {
    for (const name of ["a", "b"]) {
      const file = files.open(`${directory}/${name}`, { create: true });
      file.write([Buffer.from(name)], 0);
      file.close();
    }
    files.rename(`${directory}/a`, `${directory}/b`);
    expect(files.list(directory)).toEqual(["b"]);
    expect(files.readAll(`${directory}/b`)?.toString()).toBe("a");
  });

  define("renames a directory with all that is in it", (files, directory) => {
    files.makeDirectory(`${directory}/from`);
    files.open(`${directory}/from/a`, { create: true }).close();
    files.rename(`${directory}/from`, `${directory}/to`);
    expect(files.list(directory)).toEqual(["to"]);
    expect(files.list(`${directory}/to`)).toEqual(["a"]);
  });

  define("refuses a name of more than 255 bytes", (files, directory) => {
    files.open(`${directory}/${"n".repeat(255)}`, { create: true }).close();
    const tooLong = expect.objectContaining({ code: "ENAMETOOLONG" }) as Error;
    expect(() => files.open(`${directory}/${"n".repeat(256)}`, { create: true })).toThrow(tooLong);
    expect(() => {
      files.makeDirectory(`${directory}/${"n".repeat(256)}`);
    }).toThrow(tooLong);
    expect(() => {
      files.rename(`${directory}/${"n".repeat(255)}`, `${directory}/${"n".repeat(256)}`);
    }).toThrow(tooLong);
  });

  define("cannot rename what is missing", (files, directory) => {
    expect(() => {
      files.rename(`${directory}/a`, `${directory}/b`);
    }).toThrow(expect.objectContaining({ code: "ENOENT" }));
  });

  define("removes files and whole directories, and takes missing ones for done", (files, directory) => {
    files.makeDirectory(`${directory}/d/e`);
    files.open(`${directory}/d/a`, { create: true }).close();
    files.open(`${directory}/d/e/b`, { create: true }).close();
    files.remove(`${directory}/d/a`);
    expect(files.list(`${directory}/d`)).toEqual(["e"]);
    files.remove(`${directory}/d`);
    files.remove(`${directory}/d`);
    files.remove(`${directory}/never/was`);
    expect(files.list(directory)).toEqual([]);
  });
}

function durability(define: Define): void {
  define("syncs files and directories", async (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    file.write([Buffer.from("safe")], 0);
    await Promise.all([file.sync(), file.sync(), files.syncDirectory(directory)]);
    expect(files.readAll(`${directory}/a`)?.toString()).toBe("safe");
    file.close();
  });

  define("finishes a sync although the file is closed meanwhile", async (files, directory) => {
    const file = files.open(`${directory}/a`, { create: true });
    file.write([Buffer.from("safe")], 0);
    const syncing = file.sync();
    file.close();
    await syncing;
    expect(files.readAll(`${directory}/a`)?.toString()).toBe("safe");
  });

  define("cannot sync a directory that is missing", async (files, directory) => {
    await expect(files.syncDirectory(`${directory}/missing`)).rejects.toMatchObject({ code: "ENOENT" });
  });
}

function locks(define: Define): void {
  define("gives a lock to one at a time", (files, directory) => {
    const first = files.lock(`${directory}/.lock`);
    expect(first).not.toBeNull();
    expect(files.lock(`${directory}/.lock`)).toBeNull();
    const other = files.lock(`${directory}/other`);
    expect(other).not.toBeNull();
    other?.release();
    first?.release();
    const second = files.lock(`${directory}/.lock`);
    expect(second).not.toBeNull();
    first?.release();
    expect(files.lock(`${directory}/.lock`)).toBeNull();
    second?.release();
  });
}
