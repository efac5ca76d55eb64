import { application, type Break } from "../break.ts";

export default {
  name: "two-programs",
  what: "a second program under the application id of another is refused, and both are named",
  pending: null,
  files: {
    "main.ts": application("string", 'builder.stream("$NAME-in", { key: string, value: string }).to("$NAME-out");'),
    "other.ts": application("string", 'builder.stream("$NAME-other", { key: string, value: string }).to("$NAME-out");'),
  },
  async play(scene) {
    await scene.topics("in", "other", "out");
    const first = scene.start();
    await first.says(/^running$/m);
    const second = scene.start({ file: "other.ts" });
    await scene.expectFailure(second, /two-programs/, /application id|applicationId/i);
    await scene.send("in", { key: "k", value: "v" });
    scene.expectEqual(await scene.read("out", 1), ["k=v"], "what the first one goes on to write");
    first.signal("SIGINT");
    await scene.expectEnd(first, 0);
  },
} satisfies Break;
