import { ClientError, MalformedResponseError, NotKafkaError, SecureConnectionError } from "../errors.ts";

/** First bytes of TLS records: alert and handshake. The version follows. */
const tlsTypes: readonly number[] = [0x15, 0x16];

/**
 * Error for a peer that begins a frame with an impossible length. Guesses from the bytes what the peer is.
 *
 * @param first true: these are the first bytes of the connection
 * @param secured true: the connection has TLS
 */
export function strangeBytes(address: string, length: number, first: boolean, secured: boolean): ClientError {
  if (!first) return new MalformedResponseError(address, `a frame of ${length} bytes`);
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(length);
  if (!secured && tlsTypes.includes(bytes[0]!) && bytes[1] === 3) {
    return new SecureConnectionError(
      address,
      "notTls",
      'the listener speaks TLS and the client does not; set "ssl", or use the port of a listener without TLS',
    );
  }
  const text = bytes.toString("latin1");
  const port = 'look at the port in "brokers"; Kafka\'s listeners are usually on 9092 to 9094';
  if (text === "HTTP") return new NotKafkaError(address, `it speaks HTTP; ${port}`);
  const shown = /^[\x20-\x7e\r\n]+$/.test(text) ? JSON.stringify(text) : `the bytes ${bytes.toString("hex")}`;
  return new NotKafkaError(address, `its answer begins with ${shown}; ${port}`);
}
