import { expect, test } from "vitest";
// #region readme
import { describe } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";

const builder = new StreamsBuilder();
builder.stream<string, string>("lines").groupByKey().count().toStream().to("counts");
const text = describe(builder.build());
// #endregion

test("the example counts", () => {
  expect(text).toContain("KSTREAM-AGGREGATE");
});
