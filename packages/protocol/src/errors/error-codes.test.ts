import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ErrorCode, errorByCode, errorCodes } from "./error-codes.ts";

const golden = new URL("../../../../test/data/protocol/errors.json.gz", import.meta.url);
const { errors } = JSON.parse(gunzipSync(readFileSync(golden)).toString()) as {
  errors: { code: number; name: string; retriable: boolean; refreshesMetadata: boolean }[];
};

describe("the table of error codes", () => {
  test("is Java's: codes, names, and what may be tried again", () => {
    expect(errorCodes).toEqual(
      errors.map(({ code, name, retriable, refreshesMetadata }) => ({ code, name, retriable, refreshesMetadata })),
    );
  });

  test("finds an error by its code and a code by its name", () => {
    for (const { code, name } of errors) {
      expect(errorByCode(code).name).toBe(name);
      expect(ErrorCode[name as keyof typeof ErrorCode]).toBe(code);
    }
  });

  test("takes a code that it does not know for UNKNOWN_SERVER_ERROR", () => {
    expect(errorByCode(32_000).name).toBe("UNKNOWN_SERVER_ERROR");
    expect(errorByCode(-1).name).toBe("UNKNOWN_SERVER_ERROR");
  });
});
