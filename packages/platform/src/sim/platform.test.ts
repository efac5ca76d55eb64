import { filesConformance } from "../conformance/files.ts";
import type { Harness } from "../conformance/harness.ts";
import { timersConformance } from "../conformance/timers.ts";
import { securedPlatform, tlsConformance, type TlsMaterials } from "../conformance/tls.ts";
import { transportConformance } from "../conformance/transport.ts";
import type { TlsCertificate } from "../index.ts";
import { Simulation, simulationCertificate } from "../sim.ts";

function issued(certificate: Partial<TlsCertificate> & { readonly subject: string }): { readonly cert: string } {
  return { cert: simulationCertificate({ issuer: "Authority", ...certificate }) };
}

const names = ["a", "127.0.0.1"];
const materials: TlsMaterials = {
  ca: simulationCertificate({ subject: "Authority" }),
  server: issued({ subject: "broker", names }),
  expired: issued({ subject: "broker", names, validToMs: 1 }),
  notYetValid: issued({ subject: "broker", names, validFromMs: 2 ** 50 }),
  otherName: issued({ subject: "elsewhere.example" }),
  selfSigned: issued({ subject: "lonely", issuer: "lonely", names }),
  foreign: issued({ subject: "broker", issuer: "Foreign authority", names }),
  client: issued({ subject: "client" }),
  foreignClient: issued({ subject: "client", issuer: "Foreign authority" }),
};

function openOn(name: string, seed: number, secured = false): () => Harness {
  return () => {
    const simulation = new Simulation(seed);
    const plain = simulation.platform("a");
    const platform = secured ? securedPlatform(plain, materials) : plain;
    platform.files.makeDirectory("/data");
    return {
      platform,
      host: name,
      directory: "/data",
      drive: (promise) => simulation.settle(promise),
      close: () => undefined,
    };
  };
}

for (const seed of [1, 2, 3]) {
  transportConformance(`The simulation's (loopback, seed ${String(seed)})`, openOn("127.0.0.1", seed));
  transportConformance(`The simulation's (by name, seed ${String(seed)})`, openOn("a", seed));
  transportConformance(`The simulation's, over TLS (seed ${String(seed)}),`, openOn("a", seed, true));
  tlsConformance(`The simulation's (seed ${String(seed)})`, openOn("a", seed), materials);
}
filesConformance("The simulation's", openOn("a", 1));
timersConformance("The simulation's", openOn("a", 1));
