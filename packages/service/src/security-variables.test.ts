import { nodePlatform } from "@millrace/platform/node";
import { Simulation } from "@millrace/platform/sim";
import { expect, test } from "vitest";
import { readSecurity, securityVariables } from "./security-variables.ts";
import { readSettings, variables } from "./settings.ts";

const platform = new Simulation(1).platform("host");
const { files } = platform;
files.makeDirectory("/run");
for (const [name, text] of Object.entries({ ca: "CA\n", key: "KEY", user: "alice\n", password: "s3cret word\r\n", token: "t1" }))
  files.open(`/run/${name}`, { create: true }).write([Buffer.from(text)], 0);

const config = { applicationId: "app", brokers: ["a:1"] };

test("every variable of security is one that a service knows, and has a text", () => {
  for (const { name, text } of securityVariables) {
    expect(variables).toContain(name);
    expect(text).toMatch(/^[A-Z`].*\.$/);
  }
  expect(new Set(variables).size).toBe(variables.length);
});

test("files and texts become the options of ssl and sasl", () => {
  const environment = {
    SSL_CA_FILE: "/run/ca",
    SSL_KEY_FILE: "/run/key",
    SSL_SERVERNAME: "kafka",
    SSL_REJECT_UNAUTHORIZED: "true",
    SASL_MECHANISM: "SCRAM-SHA-512",
    SASL_USERNAME_FILE: "/run/user",
    SASL_PASSWORD_FILE: "/run/password",
  };
  const { streams, taken } = readSettings(environment, config, files);
  expect(streams).toEqual({
    ...config,
    ssl: { ca: "CA\n", key: "KEY", servername: "kafka", rejectUnauthorized: true },
    sasl: { mechanism: "SCRAM-SHA-512", username: "alice", password: "s3cret word" },
  });
  expect(taken).toEqual(Object.keys(environment).toSorted());
});

test("the program's options stay where no variable speaks of them", () => {
  const ssl = { servername: "kafka", ca: "old" };
  expect(readSecurity({ SSL_CA_FILE: "/run/ca" }, files, { ssl }).settings).toEqual({ ssl: { servername: "kafka", ca: "CA\n" } });
  expect(readSecurity({ SSL: "true" }, files, { ssl }).settings).toEqual({});
  expect(readSecurity({ SSL: "false" }, files, { ssl }).settings).toEqual({ ssl: false });
  expect(readSecurity({ SSL: "true", SSL_CA_FILE: "/run/ca" }, files, {}).settings).toEqual({ ssl: { ca: "CA\n" } });
});

test("a token is read anew each time", async () => {
  const { settings } = readSecurity({ SASL_MECHANISM: "oauthbearer", SASL_TOKEN_FILE: "/run/token" }, files, {});
  const { oauthBearerProvider } = settings.sasl as { oauthBearerProvider: () => Promise<unknown> };
  expect(await oauthBearerProvider()).toEqual({ value: "t1" });
  files.open("/run/token").write([Buffer.from("t2")], 0);
  expect(await oauthBearerProvider()).toEqual({ value: "t2" });
});

test.each<[Record<string, string>, string]>([
  [
    { SSL_CA_FILE: "/run/nothing" },
    'Environment variable SSL_CA_FILE is "/run/nothing"; it must be the path of a file that can be read.',
  ],
  [{ SSL: "yes" }, "it must be true or false"],
  [{ SSL: "false", SSL_CA_FILE: "/run/ca" }, "it must be absent where SSL is false"],
  [{ SASL_PASSWORD: "s3cret word", SASL_PASSWORD_FILE: "/run/password" }, "it must be absent where SASL_PASSWORD_FILE is given"],
])("%j is refused with a sentence that shows no secret", (environment, text) => {
  const read = (): unknown => readSecurity(environment, files, {});
  expect(read).toThrow(text);
  expect(read).not.toThrow("s3cret");
});

test("a file that is a directory is refused, too", () => {
  const read = (): unknown => readSecurity({ SSL_CA_FILE: "/" }, nodePlatform().files, {});
  expect(read).toThrow('SSL_CA_FILE is "/"; it must be the path of a file that can be read');
});

test("variables that machines have for other programs turn nothing on", () => {
  const names = securityVariables.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(5);
  // OpenSSL, curl, Python, Git and Node read these.
  for (const taken of ["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"])
    expect(names).not.toContain(taken);
});
