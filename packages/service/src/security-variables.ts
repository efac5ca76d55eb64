import type { Files } from "@millrace/platform";
import type { StreamsConfig } from "@millrace/runtime";
import { InvalidVariableError } from "./errors.ts";

/** A variable that gives one option of `ssl` or `sasl`. */
export interface SecurityVariable {
  /** Its name in the environment. */
  readonly name: string;
  /** The setting that it is part of. */
  readonly setting: "ssl" | "sasl";
  /** Name of the option; null: the setting itself. */
  readonly option: string | null;
  /**
   * `file`: the option is what a file holds. `secretFile`: so, without a line feed at its end. `tokenFile`: a function that reads the
   * file each time.
   */
  readonly form: "text" | "boolean" | "file" | "secretFile" | "tokenFile";
  /** True if the value stays out of every message. */
  readonly secret?: boolean;
  /** Meaning of the variable, for docs/configuration.md. */
  readonly text: string;
}

/**
 * Environment variables that tell a service how to secure its connections. A secret is best given as the name of a file,
 * which an orchestrator can mount.
 */
export const securityVariables: readonly SecurityVariable[] = [
  { name: "SSL", setting: "ssl", option: null, form: "boolean", text: "TLS with the authorities that Node trusts." },
  { name: "SSL_CA_FILE", setting: "ssl", option: "ca", form: "file", text: "Certificates of the authorities to trust, PEM." },
  // Not SSL_CERT_FILE: OpenSSL's variable of that name is set on many machines, for the authorities to trust.
  { name: "SSL_CLIENT_CERT_FILE", setting: "ssl", option: "cert", form: "file", text: "The application's certificate, PEM." },
  { name: "SSL_KEY_FILE", setting: "ssl", option: "key", form: "file", text: "Its private key, PEM." },
  { name: "SSL_PFX_FILE", setting: "ssl", option: "pfx", form: "file", text: "Certificate and key in one, PKCS #12." },
  { name: "SSL_CRL_FILE", setting: "ssl", option: "crl", form: "file", text: "Revoked certificates, PEM." },
  {
    name: "SSL_PASSPHRASE_FILE",
    setting: "ssl",
    option: "passphrase",
    form: "secretFile",
    text: "Password of the key or of the PKCS #12 file.",
  },
  { name: "SSL_PASSPHRASE", setting: "ssl", option: "passphrase", form: "text", secret: true, text: "The same, itself." },
  { name: "SSL_SERVERNAME", setting: "ssl", option: "servername", form: "text", text: "Name that certificates must have." },
  {
    name: "SSL_REJECT_UNAUTHORIZED",
    setting: "ssl",
    option: "rejectUnauthorized",
    form: "boolean",
    text: "Ends the connection if a certificate is not trusted; leave it true.",
  },
  {
    name: "SSL_MIN_VERSION",
    setting: "ssl",
    option: "minVersion",
    form: "text",
    text: "Lowest version of TLS, such as `TLSv1.3`.",
  },
  { name: "SSL_MAX_VERSION", setting: "ssl", option: "maxVersion", form: "text", text: "Highest version of TLS." },
  { name: "SSL_CIPHERS", setting: "ssl", option: "ciphers", form: "text", text: "Ciphers, in OpenSSL's notation." },
  {
    name: "SASL_MECHANISM",
    setting: "sasl",
    option: "mechanism",
    form: "text",
    text: "`plain`, `scram-sha-256`, `scram-sha-512` or `oauthbearer`.",
  },
  { name: "SASL_USERNAME_FILE", setting: "sasl", option: "username", form: "secretFile", text: "The user's name." },
  { name: "SASL_USERNAME", setting: "sasl", option: "username", form: "text", text: "The same, itself." },
  { name: "SASL_PASSWORD_FILE", setting: "sasl", option: "password", form: "secretFile", text: "The user's password." },
  { name: "SASL_PASSWORD", setting: "sasl", option: "password", form: "text", secret: true, text: "The same, itself." },
  {
    name: "SASL_TOKEN_FILE",
    setting: "sasl",
    option: "oauthBearerProvider",
    form: "tokenFile",
    text: "Token for `oauthbearer`; the file is read for each connection and each renewal.",
  },
];

type Values = Readonly<Record<string, string | undefined>>;

/** Values of `ssl` and `sasl` from the variables; each option goes before the program's. */
export interface Security {
  readonly settings: Pick<StreamsConfig, "ssl" | "sasl">;
  /** Variables that decided something. */
  readonly taken: readonly string[];
}

/** @throws {InvalidVariableError} `STREAMS_INVALID_VARIABLE`, without a secret in it */
export function readSecurity(
  environment: Values,
  files: Pick<Files, "readAll">,
  config: Pick<StreamsConfig, "ssl" | "sasl">,
): Security {
  const given = securityVariables.filter(({ name }) => (environment[name] ?? "") !== "");
  const settings: Record<string, unknown> = {};
  const from = new Map<string, string>();
  for (const variable of given) {
    const { name, setting, option } = variable;
    const text = environment[name] ?? "";
    const place = `${setting}.${option ?? ""}`;
    const other = from.get(place);
    if (other !== undefined) throw new InvalidVariableError(name, shown(variable, text), `absent where ${other} is given`);
    from.set(place, name);
    const value = valueOf(variable, text, files);
    if (option === null) {
      // What the variables behind this one say is added to it.
      if (value === false || typeof config[setting] !== "object") settings[setting] = value;
      continue;
    }
    if (settings[setting] === false) throw new InvalidVariableError(name, shown(variable, text), "absent where SSL is false");
    const before = settings[setting] ?? config[setting];
    settings[setting] = { ...(typeof before === "object" ? before : {}), [option]: value };
  }
  return { settings: settings, taken: given.map(({ name }) => name) };
}

/** The variable that gave an option, with its text as it may be shown; null: none did. */
export function securityVariableOf(path: string, environment: Values): { readonly name: string; readonly text: string } | null {
  const [setting, option = null] = path.split(".");
  const variable = securityVariables.find(
    (each) => each.setting === setting && each.option === option && (environment[each.name] ?? "") !== "",
  );
  return variable === undefined ? null : { name: variable.name, text: shown(variable, environment[variable.name] ?? "") };
}

function shown({ secret }: SecurityVariable, text: string): string {
  return secret === true ? "***" : text;
}

function valueOf({ name, form, option }: SecurityVariable, text: string, files: Pick<Files, "readAll">): unknown {
  switch (form) {
    case "text":
      return text;
    case "boolean":
      if (text !== "true" && text !== "false") throw new InvalidVariableError(name, text, "true or false");
      return text === "true";
    case "file":
      return option === "pfx" ? contentOf(name, text, files) : contentOf(name, text, files).toString();
    case "secretFile":
      return secretIn(name, text, files);
    case "tokenFile":
      secretIn(name, text, files);
      return () => Promise.resolve().then(() => ({ value: secretIn(name, text, files) }));
  }
}

/** Editors end a file with a line feed, which is no part of a secret. */
function secretIn(name: string, path: string, files: Pick<Files, "readAll">): string {
  return contentOf(name, path, files)
    .toString()
    .replace(/\r?\n$/, "");
}

function contentOf(name: string, path: string, files: Pick<Files, "readAll">): Buffer {
  const needed = "the path of a file that can be read";
  let content: Buffer | null;
  try {
    content = files.readAll(path);
  } catch (error) {
    throw new InvalidVariableError(name, path, needed, error);
  }
  if (content === null) throw new InvalidVariableError(name, path, needed);
  return content;
}
