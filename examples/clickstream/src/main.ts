/** `npm run example:clickstream [-- --minutes N]`: the numbers of the exercise, tried in virtual time; 480 minutes are the whole of it. */
import { commandLine } from "@millrace/platform/node";
import { plans } from "./plans.ts";
import { rehearse } from "./rehearsal.ts";
import { exercise, sizing } from "./sizing.ts";
import { header, row } from "./table.ts";

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const { minutes } = commandLine({
  command: "npm run example:clickstream --",
  text: "Tries the numbers of the exercise in virtual time. Exits 1 if they do not hold.",
  options: { minutes: { value: "N", text: "so many of the 480", number: { min: 3 }, default: "5" } },
}).values;
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
