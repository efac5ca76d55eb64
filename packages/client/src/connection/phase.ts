/**
 * Phase of a connection.
 *
 *     greeting ─ApiVersions─▶ authenticating ─SaslAuthenticate─▶ unproved ─any answer─▶ serving
 *         └───────────── without SASL ───────────────────────────────▲
 */
export type Phase = "greeting" | "authenticating" | "unproved" | "serving";

/** Explains why a broker closed a connection in a phase, as words that complete "was lost: …". */
export function farewell(phase: Phase, secured: boolean, authenticated: boolean): string {
  switch (phase) {
    case "greeting":
      return secured
        ? 'the broker closed it before the first answer; it may want a certificate of its clients, "ssl.cert", or TLS ends at something that is no broker'
        : 'the broker closed it before the first answer, as a listener does that speaks TLS; set "ssl" if it does';
    case "authenticating":
      return "the broker closed it during the authentication";
    case "unproved":
      return authenticated
        ? "the broker closed it"
        : 'the broker closed it at the first request, as a listener does that wants an authentication; set "sasl" if it does';
    case "serving":
      return "the broker closed it";
  }
}
