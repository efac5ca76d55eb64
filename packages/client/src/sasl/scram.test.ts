import { describe, expect, test } from "vitest";

import { hash, hmac, saltedPassword } from "./digests.ts";
import { scram } from "./scram.ts";

/** The exchange of RFC 7677, section 3. */
const rfc = {
  nonce: "rOprNGfwEbeRWgbNEkqO",
  serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
  clientFinal: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};

function begun(username = "user", password = "pencil") {
  return scram({ digest: "sha256", username, password, nonce: () => rfc.nonce }).begin("b:1");
}

describe("SCRAM", () => {
  test("says what RFC 7677 says", async () => {
    const exchange = begun();
    expect(String(await exchange.first())).toBe(`n,,n=user,r=${rfc.nonce}`);
    expect(exchange.next(Buffer.from(rfc.serverFirst))?.toString()).toBe(rfc.clientFinal);
    expect(exchange.next(Buffer.from(rfc.serverFinal))).toBeNull();
  });

  test("writes commas and equals signs of a name as RFC 5802 says", async () => {
    expect(String(await begun("a=b,c").first())).toBe(`n,,n=a=3Db=2Cc,r=${rfc.nonce}`);
  });

  test("takes a password as it is, without SASLprep, as Kafka's tools and Java's client do", () => {
    const proofs = ["\ufb01", "fi"].map((password) => begun("user", password).next(Buffer.from(rfc.serverFirst))?.toString());
    expect(proofs[0]).not.toBe(proofs[1]);
  });

  test("with SHA-512 proves to a broker that knows the password what it knows", () => {
    const exchange = scram({ digest: "sha512", username: "user", password: "pencil", nonce: () => "abc" }).begin("b:1");
    const serverFirst = "r=abcdef,s=c2FsdA==,i=5000";
    const final = exchange.next(Buffer.from(serverFirst))!.toString();
    const signed = `n=user,r=abc,${serverFirst},c=biws,r=abcdef`;
    const salted = saltedPassword("sha512", "pencil", Buffer.from("salt"), 5000);
    const clientKey = hmac("sha512", salted, "Client Key");
    const signature = hmac("sha512", hash("sha512", clientKey), signed);
    const proof = Buffer.from(/p=(.*)$/.exec(final)![1]!, "base64");
    expect(Buffer.from(proof.map((byte, i) => byte ^ signature[i]!)).equals(clientKey)).toBe(true);
    const serverSignature = hmac("sha512", hmac("sha512", salted, "Server Key"), signed).toString("base64");
    expect(exchange.next(Buffer.from(`v=${serverSignature}`))).toBeNull();
  });

  test.each<[string, string[], string]>([
    ["a nonce that does not begin with the client's", ["r=other,s=c2FsdA==,i=4096"], "is not one of SCRAM"],
    ["a nonce that adds nothing", [`r=${rfc.nonce},s=c2FsdA==,i=4096`], "is not one of SCRAM"],
    ["no salt", [`r=${rfc.nonce}x,i=4096`], "is not one of SCRAM"],
    [
      "too few iterations",
      [`r=${rfc.nonce}x,s=c2FsdA==,i=4095`],
      "the broker wants 4095 iterations, but 4096 to 100000 are safe",
    ],
    ["too many iterations", [`r=${rfc.nonce}x,s=c2FsdA==,i=2000000000`], "the broker wants 2000000000 iterations"],
    ["iterations that are no number", [`r=${rfc.nonce}x,s=c2FsdA==,i=many`], "the broker wants many iterations"],
    [
      "an error",
      ["e=unknown-user"],
      'the broker says "unknown-user"; look at "sasl.username" (it is "user") and "sasl.password"',
    ],
    ["a wrong signature", [rfc.serverFirst, "v=AAAA"], "the broker could not prove that it knows the password"],
    ["no signature", [rfc.serverFirst, ""], "the broker could not prove that it knows the password"],
  ])("refuses a broker that answers with %s", (_what, answers, text) => {
    const exchange = begun();
    const play = (): void => {
      for (const answer of answers) exchange.next(Buffer.from(answer));
    };
    expect(play).toThrow(expect.objectContaining({ code: "CLIENT_AUTHENTICATION_FAILED", retriable: false }));
    const again = begun();
    expect(() => answers.forEach((answer) => again.next(Buffer.from(answer)))).toThrow(text);
  });
});
