import { bytes, int64, StreamsError, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens, type Disk, type Instance, type Scene } from "../../../../test/support/scene.ts";

const partitions = 3;
const changelog = "app-counts-changelog";

/** Error as engines throw it. */
class DiskError extends StreamsError {
  readonly code = "TEST_DISK_FAILED";
  readonly retriable = false;
}
const full = new DiskError("No space is left. Make some.");

function counting(): Topology {
  const builder = new StreamsBuilder();
  const words = builder.stream("in", { key: string, value: string }).groupByKey();
  words.count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  return builder.build();
}

function instance(scene: Scene, disk: Disk): Instance {
  return scene.instance(counting(), { cacheBytesMax: 0 }, "app", { openEngine: (directory) => disk.open(directory) });
}

/** Ten words of each partition, `times` times each. */
async function sendWords(scene: Scene, times: number): Promise<void> {
  const words = Array.from({ length: partitions * 10 * times }, (_, index) => ({
    key: String(index % (partitions * 10)),
    value: "",
    partition: index % partitions,
  }));
  await scene.send("in", words, string, string);
}

async function contents(
  scene: Scene,
  disk: Disk,
): Promise<{ stored: Record<string, string>[]; logged: Record<string, string>[] }> {
  const records = await scene.read(changelog, bytes, bytes);
  const engine = disk.open(disk.directories()[0]!);
  const stored: Record<string, string>[] = [];
  const logged: Record<string, string>[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    const space = engine.space("counts", partition);
    const offset = space.checkpoint()?.offset ?? 0;
    const of = records.filter((record) => record.partition === partition && record.offset < offset);
    logged.push(Object.fromEntries(of.map(({ key, value }) => [key!.toString(), value!.toString("hex")])));
    const held: Record<string, string> = {};
    const scan = space.scan(null, null, false);
    while (scan.next()) held[scan.key.copy().toString()] = scan.value.copy().toString("hex", 8);
    stored.push(held);
  }
  await engine.close();
  return { stored, logged };
}

test("a disk that refuses a task's writes ends the application with the engine's error, and harms no task's store", () =>
  happens(async (scene) => {
    const disk = scene.disk();
    await scene.topics(["in", "out"], partitions);
    const first = instance(scene, disk);
    await first.streams.start();
    await sendWords(scene, 1);
    await scene.processed(first, 30);
    await scene.sleep(1_000);
    let writes = 0;
    disk.onWrite = (moment) => {
      if (moment === "before") writes += 1;
      if (writes >= 2) throw full;
    };
    await sendWords(scene, 2);
    await scene.cluster.when(() => first.streams.state === "error");
    expect(first.streams.failure).toMatchObject({ code: "STREAMS_THREAD_FAILED", cause: { code: "TEST_DISK_FAILED" } });
    disk.onWrite = null;
    const broken = await contents(scene, disk);
    expect(broken.stored).toEqual(broken.logged);
    const second = instance(scene, disk);
    await second.streams.start();
    await scene.cluster.when(() => (second.streams.metrics().recordsLag ?? 1) === 0);
    await second.streams.close();
    const mended = await contents(scene, disk);
    expect(mended.stored).toEqual(mended.logged);
    expect(mended.stored.map((held) => Object.keys(held).length)).toEqual([10, 10, 10]);
    // Nothing was committed: all is counted again, on what was there.
    for (const held of mended.stored)
      for (const count of Object.values(held)) expect(Number.parseInt(count, 16)).toBeGreaterThanOrEqual(3);
  }));

test("a disk that refuses what is restored is what fails, not the changelog", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const before = instance(scene, scene.disk());
    await before.streams.start();
    await sendWords(scene, 1);
    await scene.processed(before, 30);
    await before.streams.close();
    const disk = scene.disk();
    const app = instance(scene, disk);
    let writes = 0;
    disk.onWrite = () => {
      writes += 1;
      if (app.streams.metrics().recordsToRestore > 0) throw full;
    };
    await expect(app.streams.start()).rejects.toMatchObject({ cause: { code: "TEST_DISK_FAILED" } });
    expect(writes).toBeGreaterThan(0);
    expect(app.states).toEqual(["rebalancing", "pendingError", "error"]);
  }));

test("an engine that does not open is why the application does not start", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const openEngine = (): never => {
      throw full;
    };
    const app = scene.instance(counting(), {}, "app", { openEngine });
    await expect(app.streams.start()).rejects.toMatchObject({
      code: "STREAMS_THREAD_FAILED",
      cause: { code: "TEST_DISK_FAILED" },
    });
    expect(app.streams.failure?.message).toMatch(/Make some/);
    expect(app.states).toEqual(["rebalancing", "pendingError", "error"]);
  }));
