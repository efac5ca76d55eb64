import type { Break } from "./break.ts";
import { compileBreaks } from "./compile.ts";
import { NewcomerError } from "./program.ts";
import type { Project } from "./project.ts";
import type { Report } from "./report.ts";
import { Scene, writeFiles } from "./scene.ts";

/** How many are played at the same time: most of their time they wait. */
const atOnce = 4;

/** Far above what any of them takes; one that is pending is not waited for so long. */
const playMsMax = 60_000;
const pendingMsMax = 10_000;

/** Type-checks and plays the breaks. */
export async function runBreaks(project: Project, broker: string, breaks: readonly Break[], report: Report): Promise<void> {
  for (const { name, files } of breaks) writeFiles(project, name, files);
  const miscompiled = await compileBreaks(project, breaks);
  const waiting = [...breaks];
  const player = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const began = performance.now();
      const wrong = miscompiled.get(next.name) ?? (await play(next, project, broker));
      const title = `${next.name}: ${next.what}`;
      if (next.pending === null) report.add(title, wrong === null ? "passed" : "FAILED", wrong ?? "", began);
      else if (wrong === null)
        report.add(title, "passed", `it holds now, so nothing is pending any more: ${next.pending}`, began);
      else report.add(title, "pending", `${next.pending} (${wrong.split("\n")[0] ?? ""})`, began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, player));
}

/** What is wrong; null: nothing. */
async function play({ name, files, pending, play: act }: Break, project: Project, broker: string): Promise<string | null> {
  if (act === undefined) return null;
  const scene = new Scene(name, files, project, broker);
  const limitMs = pending === null ? playMsMax : pendingMsMax;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NewcomerError(`it takes more than ${String(limitMs / 1000)} s${scene.told()}`)), limitMs);
  });
  try {
    await Promise.race([act(scene), late]);
    return null;
  } catch (error) {
    return error instanceof NewcomerError ? error.message : String((error as Error).stack ?? error);
  } finally {
    clearTimeout(timer);
    await scene.close();
  }
}
