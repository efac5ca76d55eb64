import { expect, test } from "vitest";
import { CertificateAuthority } from "../../../../test/support/certificates.ts";
import type { TlsOptions } from "../tls.ts";
import { nodeTransport } from "./transport.ts";

const authority = new CertificateAuthority("Authority");
const [own, other] = [authority.issue({ subject: "client" }), authority.issue({ subject: "other" })];
const { checkTls } = nodeTransport(1024);
const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

test.each<[string, TlsOptions]>([
  ["nothing", {}],
  ["an authority", { ca: authority.ca }],
  ["several authorities, as bytes", { ca: [Buffer.from(authority.ca), new CertificateAuthority("Second").ca] }],
  ["a certificate with its key", { ca: authority.ca, ...own }],
  ["ciphers and names", { ciphers: "TLS_AES_256_GCM_SHA384", servername: "kafka" }],
])("finds nothing wrong with %s", (_what, options) => {
  expect(checkTls!(options)).toBe(null);
});

test.each<[string, TlsOptions, string, RegExp]>([
  ["a path for an authority", { ca: "/run/secrets/ca.pem" }, "ca", /^certificates as a text in PEM, not the path/],
  ["an authority whose text is damaged", { ca: broken }, "ca", /certificates/],
  ["a second authority that is none", { ca: [authority.ca, "garbage"] }, "ca", /certificates/],
  ["a path for a certificate", { cert: "client.pem", key: own.key }, "cert", /^a certificate as a text in PEM/],
  ["a path for a key", { cert: own.cert, key: "client.key" }, "key", /^the private key of "ssl.cert"/],
  ["a key of another certificate", { cert: own.cert, key: other.key }, "key", /^the private key of "ssl.cert"/],
  ["bytes that are no PKCS #12", { pfx: Buffer.from("garbage") }, "pfx", /PKCS #12/],
  ["revocations that are none", { crl: "garbage" }, "crl", /revoked/],
  ["ciphers that are none", { ciphers: "garbage" }, "ciphers", /OpenSSL/],
])("names the option of %s", (_what, options, option, needed) => {
  expect(checkTls!(options)).toEqual({ option, needed: expect.stringMatching(needed) });
});
