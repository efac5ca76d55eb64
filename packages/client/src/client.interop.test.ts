import { describe } from "vitest";

import { clientSuite } from "./testing/client-suite.ts";
import { kafkaAddress } from "./testing/kafka-address.ts";

const title =
  kafkaAddress === undefined
    ? "the client with Apache Kafka (skipped: MILLRACE_KAFKA is not set)"
    : `the client with ${kafkaAddress}`;

/** Against Apache Kafka, or whatever else listens at MILLRACE_KAFKA. */
describe.skipIf(kafkaAddress === undefined)(title, () => clientSuite(() => kafkaAddress ?? ""));
