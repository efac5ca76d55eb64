import { Reader, Writer, crc32c, javaHashCode, groupPartition, murmur2, partitionForKey } from "../src/index.ts";
import type { Verdict } from "./batches.ts";
import { firstDifference } from "./difference.ts";

interface HashingJson {
  partitionCounts: number[];
  murmur2: { key: string; murmur2: number; toPositive: number; partitions: number[] }[];
  crc: { input: string; crc32c: number }[];
  varint: { int32: number; varint: string; unsignedVarint: string; unsigned: number }[];
  varlong: { int64: string; varlong: string; unsignedVarlong: string; unsigned: string }[];
  varintReading: {
    type: "varint" | "unsignedVarint" | "varlong";
    hex: string;
    value?: number | string;
    leftover?: number;
    error?: string;
  }[];
  uuid: { hex: string; kafka: string }[];
  groupPartition: { string: string; javaHashCode: number; mod50: number }[];
}

/** Checks murmur2, CRC-32C, varints, UUIDs and the placement of groups against what Java makes of the same input. */
export function verifyHashing(json: unknown): Verdict[] {
  const golden = json as HashingJson;
  return [
    ...golden.murmur2.map((each) => verdict(`murmur2 of ${each.key}`, verifyMurmur2(each, golden.partitionCounts))),
    ...golden.crc.map((each) => verdict(`CRC-32C of ${each.input}`, verifyCrc(each))),
    ...golden.varint.map((each) => verdict(`varint ${each.int32}`, verifyVarint(each))),
    ...golden.varlong.map((each) => verdict(`varlong ${each.int64}`, verifyVarlong(each))),
    ...golden.varintReading.map((each) => verdict(`${each.type} of ${each.hex}`, verifyVarintReading(each))),
    ...golden.uuid.map((each) => verdict(`UUID ${each.kafka}`, verifyUuid(each))),
    ...golden.groupPartition.map((each) => verdict(`group "${each.string}"`, verifyGroup(each))),
  ];
}

function verdict(name: string, difference: string | null): Verdict {
  return { name, ok: difference === null, difference };
}

function verifyMurmur2(golden: HashingJson["murmur2"][number], partitionCounts: readonly number[]): string | null {
  // Surrounded by other bytes, so that a hash of more than the range is noticed.
  const key = Buffer.from(`ff${golden.key}ff`, "hex");
  const end = key.length - 1;
  const hash = murmur2(key, 1, end);
  const actual = {
    murmur2: hash,
    toPositive: hash & 0x7fffffff,
    partitions: partitionCounts.map((count) => partitionForKey(key, 1, end, count)),
  };
  return firstDifference(
    { murmur2: golden.murmur2, toPositive: golden.toPositive, partitions: golden.partitions },
    actual,
    "hash",
  );
}

function verifyCrc(golden: HashingJson["crc"][number]): string | null {
  const input = Buffer.from(`ff${golden.input}ff`, "hex");
  const middle = input.length >>> 1;
  const end = input.length - 1;
  const pieces = crc32c(input, middle, end, crc32c(input, 1, middle));
  return firstDifference({ whole: golden.crc32c, pieces: golden.crc32c }, { whole: crc32c(input, 1, end), pieces }, "crc");
}

function verifyVarint(golden: HashingJson["varint"][number]): string | null {
  const actual = {
    int32: reader(golden.varint).varint(),
    varint: written((writer) => writer.varint(golden.int32)),
    unsigned: reader(golden.unsignedVarint).unsignedVarint(),
    unsignedVarint: written((writer) => writer.unsignedVarint(golden.unsigned)),
  };
  const { int32, varint, unsigned, unsignedVarint } = golden;
  return firstDifference({ int32, varint, unsigned, unsignedVarint }, actual, "varint");
}

function verifyVarlong(golden: HashingJson["varlong"][number]): string | null {
  const actual = {
    int64: String(reader(golden.varlong).varlong()),
    varlong: written((writer) => writer.varlong(BigInt(golden.int64))),
    unsigned: String(reader(golden.unsignedVarlong).unsignedVarlong()),
    unsignedVarlong: written((writer) => writer.unsignedVarlong(BigInt(golden.unsigned))),
  };
  const { int64, varlong, unsigned, unsignedVarlong } = golden;
  return firstDifference({ int64, varlong, unsigned, unsignedVarlong }, actual, "varlong");
}

function verifyVarintReading(golden: HashingJson["varintReading"][number]): string | null {
  const source = reader(golden.hex);
  let value: string | null = null;
  try {
    value = String(golden.type === "unsignedVarint" ? source.unsignedVarint() | 0 : source[golden.type]());
  } catch (error) {
    if ((error as { code?: string }).code !== "PROTOCOL_MALFORMED_MESSAGE") throw error;
  }
  if (golden.error !== undefined) return firstDifference(null, value, "value");
  return firstDifference(
    { value: String(golden.value), leftover: golden.leftover },
    { value, leftover: source.remaining },
    "reading",
  );
}

function verifyUuid(golden: HashingJson["uuid"][number]): string | null {
  const actual = { kafka: reader(golden.hex).uuid(), hex: written((writer) => writer.uuid(golden.kafka)) };
  return firstDifference({ kafka: golden.kafka, hex: golden.hex }, actual, "uuid");
}

function verifyGroup(golden: HashingJson["groupPartition"][number]): string | null {
  const actual = { javaHashCode: javaHashCode(golden.string), mod50: groupPartition(golden.string, 50) };
  return firstDifference({ javaHashCode: golden.javaHashCode, mod50: golden.mod50 }, actual, "group");
}

function reader(hex: string): Reader {
  return new Reader(Buffer.from(hex, "hex"));
}

function written(write: (writer: Writer) => void): string {
  const writer = new Writer();
  write(writer);
  return writer.toBuffer().toString("hex");
}
