/** `npm run example:clickstream [-- --minutes N]`: the numbers of the exercise, tried in virtual time; 480 minutes are the whole of it. */
import { parseArgs } from "node:util";
import { plans } from "./plans.ts";
import { rehearse } from "./rehearsal.ts";
import { exercise, sizing } from "./sizing.ts";
import { header, row } from "./table.ts";

const usage = "usage: npm run example:clickstream -- [--minutes N]\n";

function minutesOf(): number {
  try {
    const { values } = parseArgs({ options: { minutes: { type: "string", default: "5" } } });
    const minutes = Number(values.minutes);
    if (Number.isInteger(minutes) && minutes >= 3) return minutes;
    throw new RangeError("--minutes takes a whole number, at least 3");
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const minutes = minutesOf();
const { viewsPerHour, brokers, consumers, partitions } = sizing(exercise);
say(
  `${viewsPerHour.toLocaleString("en-US")} views an hour need ${String(brokers)} brokers, ${String(consumers)} consumers, ${String(partitions)} partitions.`,
);
say(`Tried at full rate for ${String(minutes)} of the ${String(exercise.hours * 60)} minutes, in virtual time:\n\n${header}`);
let wrong = 0;
let ownRecordsPerView = 0;
for (const { expected, ...plan } of plans) {
  const outcome = await rehearse(exercise, plan, minutes);
  const claims = outcome.keepsUp === expected && (outcome.wrongPages ?? 0) === 0;
  say(
    `${row(outcome)}${claims ? "" : `  WRONG: ${outcome.keepsUp === expected ? `${String(outcome.wrongPages)} pages recommend others` : "the text says otherwise"}`}`,
  );
  if (!claims) wrong += 1;
  if (outcome.keepsUp) ({ ownRecordsPerView } = outcome);
}
say(`\nWhere the plan keeps up, the recommendations are those that the views give.`);
say(`The program itself wrote ${ownRecordsPerView.toFixed(1)} records a view to its repartition topic and its changelogs.`);
process.exit(wrong === 0 ? 0 : 1);
