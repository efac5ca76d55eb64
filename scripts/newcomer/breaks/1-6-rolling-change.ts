import { application, type Break } from "../break.ts";

const copy = (source: string): string => `builder.stream("$NAME-${source}", { key: string, value: string }).to("$NAME-out");`;

export default {
  name: "rolling-change",
  what: "a new version that adds a source joins while the old one runs, and goes on alone when that is ended",
  pending: null,
  files: {
    "main.ts": application("string", copy("in")),
    "next.ts": application("string", `${copy("in")}\n${copy("more")}`),
  },
  async play(scene) {
    await scene.topics("in", "more", "out");
    const old = scene.start();
    await old.says(/^running$/m);
    await scene.send("in", { key: "old", value: "1" });
    await scene.read("out", 1);
    const next = scene.start({ file: "next.ts", environment: { STATE_DIRECTORY: scene.folder("next") } });
    await next.says(/^running$/m);
    await scene.send("in", { key: "old", value: "2" });
    await scene.send("more", { key: "more", value: "2" });
    const together = ["more=2", "old=1", "old=2"];
    scene.expectEqual((await scene.read("out", 3)).toSorted(), together, "what both write");
    old.signal("SIGTERM");
    await scene.expectEnd(old, 0);
    await scene.send("in", { key: "old", value: "3" });
    await scene.send("more", { key: "more", value: "3" });
    const alone = ["more=2", "more=3", "old=1", "old=2", "old=3"];
    scene.expectEqual((await scene.read("out", 5)).toSorted(), alone, "what is written with the new one alone");
    next.signal("SIGTERM");
    await scene.expectEnd(next, 0);
  },
} satisfies Break;
