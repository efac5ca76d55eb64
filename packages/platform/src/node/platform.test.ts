import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CertificateAuthority, selfSigned } from "../../../../test/support/certificates.ts";
import { filesConformance } from "../conformance/files.ts";
import type { Harness } from "../conformance/harness.ts";
import { timersConformance } from "../conformance/timers.ts";
import { securedPlatform, tlsConformance, type TlsMaterials } from "../conformance/tls.ts";
import { transportConformance } from "../conformance/transport.ts";
import { nodePlatform } from "./platform.ts";

const authority = new CertificateAuthority("Authority");
const foreigners = new CertificateAuthority("Foreign authority");
const names = ["localhost", "127.0.0.1"];
const materials: TlsMaterials = {
  ca: authority.ca,
  server: authority.issue({ subject: "broker", names }),
  expired: authority.issue({ subject: "broker", names, validFromDays: -9, validToDays: -2 }),
  notYetValid: authority.issue({ subject: "broker", names, validFromDays: 2 }),
  otherName: authority.issue({ subject: "elsewhere.example" }),
  selfSigned: selfSigned({ subject: "lonely", names }),
  foreign: foreigners.issue({ subject: "broker", names }),
  client: authority.issue({ subject: "client" }),
  foreignClient: foreigners.issue({ subject: "client" }),
};

function openOn(host: string, secured = false): () => Harness {
  return () => {
    const directory = mkdtempSync(join(tmpdir(), "millrace-platform-"));
    return {
      platform: secured ? securedPlatform(nodePlatform(), materials) : nodePlatform(),
      host,
      directory,
      drive: (promise) => promise,
      close() {
        rmSync(directory, { recursive: true, force: true });
      },
    };
  };
}

transportConformance("Node's (127.0.0.1)", openOn("127.0.0.1"));
// A name goes through the system's resolver, which may answer with several addresses.
transportConformance("Node's (localhost)", openOn("localhost"));
transportConformance("Node's, over TLS,", openOn("localhost", true));
tlsConformance("Node's (127.0.0.1)", openOn("127.0.0.1"), materials);
tlsConformance("Node's (localhost)", openOn("localhost"), materials);
filesConformance("Node's", openOn("127.0.0.1"));
timersConformance("Node's", openOn("127.0.0.1"));
