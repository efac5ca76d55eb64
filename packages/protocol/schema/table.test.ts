import { describe, expect, test } from "vitest";
import { parseTable, readingOrder, TableSyntaxError } from "./table.ts";

const text = `# What it is for.
# 2: more.
Sample: key 99, versions 1-5, flexible 4+

request
  topics      SampleTopic[]?3+  2+   = null        # null: all
    name      string            2-4
    leaders   SampleLeader[]
      id      int32                  = -1
  old         SampleTopic[]     1
  text        string?                = "a b"  never compact
  leader      SampleLeader      5    tag 3

response
`;

describe("a field table", () => {
  const table = parseTable("Sample.api", text);
  const [request, response] = table.messages;

  test("gives its head and its notes", () => {
    expect(table).toMatchObject({ name: "Sample", key: 99, versions: { first: 1, last: 5 }, flexibleFrom: 4 });
    expect(table.about).toEqual(["What it is for.", "2: more."]);
    expect(response!.fields).toEqual([]);
  });

  test("cuts a field's versions to those of its struct, and its nullable versions to its own", () => {
    const [topics, , words, leader] = request!.fields;
    expect(topics).toMatchObject({
      isArray: true,
      versions: { first: 2, last: 5 },
      nullable: { first: 3, last: 5 },
      defaultText: "null",
      note: "null: all",
    });
    expect(words).toMatchObject({
      versions: { first: 1, last: 5 },
      nullable: { first: 1, last: 5 },
      defaultText: '"a b"',
      neverCompact: true,
    });
    expect(leader).toMatchObject({ tag: 3, versions: { first: 5, last: 5 }, isArray: false });
  });

  test("gives a struct that is used twice the versions of both uses", () => {
    const topic = request!.fields[0]!.struct!;
    expect(request!.fields[1]!.struct).toBe(topic);
    expect(topic.versions).toEqual({ first: 1, last: 5 });
    expect(topic.fields[0]!.versions).toEqual({ first: 2, last: 4 });
  });

  test("lists structs once, each message before what it holds", () => {
    expect(readingOrder(table).map((struct) => struct.name)).toEqual([
      "SampleRequest",
      "SampleTopic",
      "SampleLeader",
      "SampleResponse",
    ]);
  });

  test.each([
    ["no head", "request\n  a int8\n", "no line"],
    ["a word that is no section", "A: key 1, versions 0-1, flexible none\n\nanswer\n", "begins no section"],
    ["a field without type", "A: key 1, versions 0-1, flexible none\n\nrequest\n  a\n", "is no field"],
    ["fields indented too far", "A: key 1, versions 0-1, flexible none\n\nrequest\n      a  int8\n", "not indented by 2"],
    ["a struct without fields", "A: versions 0-1, flexible none\n\nfields\n  a  Unknown\n", "has no fields"],
    ["a field outside all versions", "A: versions 0-1, flexible none\n\nfields\n  a  int8  7+\n", "is in no version"],
    ["an API without response", "A: key 1, versions 0-1, flexible none\n\nrequest\n", "request and response"],
  ])("with %s is refused", (_what, wrong, fact) => {
    expect(() => parseTable("A.api", wrong)).toThrow(TableSyntaxError);
    expect(() => parseTable("A.api", wrong)).toThrow(fact);
  });
});
