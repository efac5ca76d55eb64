import { defineConfig } from "vitest/config";

const conditions = ["millrace-source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    setupFiles: ["test/support/long-sequences.ts"],
    include: [
      "packages/**/*.test.ts",
      "test/**/*.test.ts",
      "examples/**/*.test.ts",
      "bench/**/*.test.ts",
      "scripts/**/*.test.ts",
      // The long ones: `npm run verify`.
      ...(process.env["MILLRACE_VERIFY"] === undefined ? [] : ["test/**/*.verify.ts"]),
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 60_000,
    // kafkajs 2.2.4 computes a negative timeout now and then.
    execArgv: ["--disable-warning=TimeoutNegativeWarning"],
  },
});
