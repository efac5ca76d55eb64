import { CertificateAuthority } from "../../../test/support/certificates.ts";
import { application, type Break } from "../break.ts";
import type { Scene } from "../scene.ts";
import { startTlsListener } from "../tls-listener.ts";

const copy = 'builder.stream("$NAME-in", { key: string, value: string }).to("$NAME-out");';
const withAuthority = 'ssl: { ca: process.env["AUTHORITY"] ?? "" },';

/** Made once for all: keys take a while. */
let made: { readonly ours: CertificateAuthority; readonly foreign: CertificateAuthority } | null = null;
function authorities(): { readonly ours: CertificateAuthority; readonly foreign: CertificateAuthority } {
  made ??= { ours: new CertificateAuthority("Our authority"), foreign: new CertificateAuthority("A foreign authority") };
  return made;
}

interface Listener {
  readonly authority?: "ours" | "foreign";
  readonly names?: readonly string[];
  readonly validToDays?: number;
}

/**
 * A program that a listener with TLS turns away at once (it would wait for five minutes, the task timeout, if it tried again),
 * and in a sentence. OpenSSL's variable for authorities names that of the listener all the while, and changes nothing.
 */
function refused(name: string, what: string, config: string, listener: Listener, sentence: RegExp): Break {
  return {
    name,
    what,
    pending: null,
    files: { "main.ts": application("string", copy, config) },
    play: (scene) =>
      withListener(scene, listener, async (environment) => {
        const program = scene.start({ environment });
        await scene.expectFailure(program, /CLIENT_TLS_FAILED/, sentence);
      }),
  };
}

/** Starts a listener, and closes it behind `work`. */
async function withListener(
  scene: Scene,
  { authority = "ours", names = ["127.0.0.1"], validToDays = 30 }: Listener,
  work: (environment: Readonly<Record<string, string>>, firstBytes: Promise<void>) => Promise<void>,
): Promise<void> {
  const signer = authorities()[authority];
  const identity = signer.issue({ subject: "The broker", names, validFromDays: -40, validToDays });
  const listener = await startTlsListener(identity);
  const certificates = scene.file("authority.pem", signer.ca);
  try {
    const environment = { BROKERS: listener.address, AUTHORITY: authorities().ours.ca, SSL_CERT_FILE: certificates };
    await work(environment, listener.firstBytes);
  } finally {
    await listener.close();
  }
}

export default [
  {
    name: "tls-trusted",
    what: "a listener whose certificate is of the authority in ssl.ca is spoken to",
    pending: null,
    files: { "main.ts": application("string", copy, withAuthority) },
    play: (scene) =>
      withListener(scene, {}, async (environment, firstBytes) => {
        const program = scene.start({ environment });
        await firstBytes;
        program.signal("SIGINT");
        await scene.expectEnd(program, 0);
      }),
  },
  refused(
    "tls-foreign-authority",
    "a certificate of a foreign authority is refused, with the authority's name",
    withAuthority,
    { authority: "foreign" },
    /certificate \("The broker"\) is signed by "A foreign authority", who is not trusted here; .*"ssl\.ca"/,
  ),
  refused(
    "tls-no-authority",
    "a certificate that Node does not trust is refused, whatever OpenSSL's variables say",
    "ssl: true,",
    {},
    /certificate \("The broker"\) is signed by "Our authority", who is not trusted here; .*"ssl\.ca"/,
  ),
  refused(
    "tls-expired",
    "an expired certificate is refused, with its last day",
    withAuthority,
    { validToDays: -2 },
    /certificate \("The broker"\) expired at \d{4}-\d\d-\d\dT\S+; have it renewed/,
  ),
  refused(
    "tls-name-mismatch",
    "a certificate for another host is refused, with the names that it has",
    withAuthority,
    { names: ["broker.example"] },
    /certificate \("The broker"\) is for broker\.example, not for "127\.0\.0\.1"; .*"ssl\.servername"/,
  ),
  {
    name: "plaintext-to-tls",
    what: "plaintext to a port that speaks TLS, and closes the connection without a word, is told at once, and ends the start",
    pending: null,
    files: { "main.ts": application("string", copy) },
    play: (scene) =>
      withListener(scene, {}, async (environment) => {
        const program = scene.start({ environment });
        await program.says(/WARN .*as a listener does that speaks TLS; set/);
        if (program.code !== null) scene.fail("nothing was said before the end");
        await scene.expectFailure(
          program,
          /CLIENT_LISTENER_MISMATCH/,
          /ERROR .* before the first answer, .*the listener speaks TLS \(set "ssl"/,
        );
      }),
  },
  {
    name: "openssl-variables",
    what: "a service without TLS runs where OpenSSL's SSL_CERT_FILE is set",
    pending: null,
    files: {
      "main.ts": `
import { StreamsBuilder, string } from "millrace";
import { runService } from "@millrace/service";

const builder = new StreamsBuilder();
${copy}
process.exit(await runService(builder.build(), { applicationId: "$NAME" }));
`,
    },
    async play(scene) {
      await scene.topics("in", "out");
      await scene.send("in", { key: "k", value: "v" });
      const environment = { SSL_CERT_FILE: scene.file("authority.pem", authorities().ours.ca), HTTP_PORT: "0" };
      const program = scene.start({ environment });
      scene.expectEqual(await scene.read("out", 1), ["k=v"], "what was written");
      program.signal("SIGTERM");
      await scene.expectEnd(program, 0);
    },
  },
] satisfies Break[];
