/**
 * `node health-check.js`: exits 0 if the service in the same container answers `/healthz` with 200, else 1. It finds the port as
 * the service does, by `HTTP_HOST` and `HTTP_PORT`. Slim images have no program for this.
 */
import { get } from "node:http";

const timeoutMs = 3_000;
const { HTTP_HOST: host = "", HTTP_PORT: port = "" } = process.env;
/** Hosts in settings that mean every address; the check then asks this machine's loopback address. */
const anywhere: readonly string[] = ["", "0.0.0.0", "::"];

const status = await new Promise<number>((resolve) => {
  const address = { host: anywhere.includes(host) ? "localhost" : host, port: port === "" ? 8080 : Number(port) };
  const request = get({ ...address, path: "/healthz", timeout: timeoutMs }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  request.on("timeout", () => request.destroy());
  request.on("error", () => resolve(0));
});
process.exit(status === 200 ? 0 : 1);
