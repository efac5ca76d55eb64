import { expect, test } from "vitest";
// #region readme
import { encodeBatch, RecordCursor } from "@millrace/protocol";

const batch = encodeBatch({
  codec: "gzip",
  records: [{ offset: 0, timestamp: 1_000, key: Buffer.from("en"), value: Buffer.from("hello") }],
});
const values: string[] = [];
const cursor = new RecordCursor();
cursor.open(batch, 0);
while (cursor.next()) values.push(cursor.buffer.toString("utf8", cursor.valueStart, cursor.valueEnd));
// #endregion

test("the example reads what it wrote", () => {
  expect(values).toEqual(["hello"]);
});
