import type { SettingGroup } from "./setting.ts";

/** Settings of Kafka that are not taken here, with the reason and what to do instead. */
export interface Refusal {
  /** Group in which Java's users look for them. `any`: in each group and at the top level. */
  readonly scope: SettingGroup | "streams" | "any";
  /** Kafka's dotted names; one that ends in `.` stands for all that begin with it. */
  readonly names: readonly string[];
  /** Completes "is not taken here: ". */
  readonly why: string;
}

const serdesDoIt =
  "the topology's serdes read and write records; give one where the topology reads or writes, or set `defaultKeySerde` and `defaultValueSerde`";

/** Settings of Kafka that are refused, with what to do instead. */
export const refusals: readonly Refusal[] = [
  { scope: "producer", names: ["key.serializer", "value.serializer"], why: serdesDoIt },
  { scope: "consumer", names: ["key.deserializer", "value.deserializer"], why: serdesDoIt },
  {
    scope: "producer",
    names: ["acks", "enable.idempotence"],
    why: "the producer is always idempotent and waits for all in-sync replicas; leave it out",
  },
  {
    scope: "producer",
    names: ["retries"],
    why: "a batch is sent again until its time is over; set `producer.deliveryTimeoutMs`",
  },
  {
    scope: "producer",
    names: ["max.block.ms"],
    why: "nothing blocks in Node; `producer.bufferMemory` bounds what waits for the brokers, and `taskTimeoutMs` for how long",
  },
  {
    scope: "producer",
    names: [
      "partitioner.class",
      "partitioner.adaptive.partitioning.enable",
      "partitioner.availability.timeout.ms",
      "partitioner.ignore.keys",
    ],
    why: "a topic's partitioner is part of the topology; give `partitioner` to the operator that writes to it",
  },
  {
    scope: "producer",
    names: ["compression.lz4.level"],
    why:
      "the codec `lz4` compresses at its fast level only, which is Java's by default: no library for Node offers the others without a " +
      "compiler; leave it out, or take `zstd` for fewer bytes",
  },
  {
    scope: "producer",
    names: ["transactional.id", "transaction.timeout.ms", "transaction.two.phase.commit.enable"],
    why: "transactions are not here yet, and records are processed at least once; leave it out",
  },
  {
    scope: "producer",
    names: ["metadata.max.idle.ms"],
    why: "what is known of a topic is kept as long as the application runs; leave it out",
  },
  {
    scope: "any",
    names: ["interceptor.classes"],
    why: "there are no interceptors; use an operator such as `peek` or `mapValues`",
  },
  {
    scope: "consumer",
    names: ["enable.auto.commit", "auto.commit.interval.ms"],
    why: "offsets are committed when all that was made of the records is acknowledged; set `commitIntervalMs`",
  },
  {
    scope: "consumer",
    names: ["max.poll.records"],
    why: "records are processed in slices of a few milliseconds, however many were fetched; leave it out",
  },
  {
    scope: "consumer",
    names: ["partition.assignment.strategy", "group.remote.assignor"],
    why: "instances share tasks, not partitions, by an assignor of their own; leave it out",
  },
  {
    scope: "any",
    names: ["group.protocol"],
    why: "groups use the classic protocol, the others are not here yet; leave it out",
  },
  {
    scope: "consumer",
    names: ["exclude.internal.topics"],
    why: "topics are read by name, and not by pattern; leave it out",
  },
  {
    scope: "consumer",
    names: ["allow.auto.create.topics"],
    why: "a source topic must be there when the application starts; create it first, and leave this out",
  },
  {
    scope: "consumer",
    names: ["isolation.level"],
    why: "records of open and aborted transactions are read as any others, the choice is not here yet; leave it out",
  },
  {
    scope: "consumer",
    names: ["share.acknowledgement.mode", "share.acquire.mode"],
    why: "an application is no share group; leave it out",
  },
  {
    scope: "any",
    names: ["send.buffer.bytes", "receive.buffer.bytes"],
    why: "Node leaves the sizes of socket buffers to the operating system; set them there",
  },
  {
    scope: "any",
    names: ["client.dns.lookup"],
    why: "each address that a name has is tried in the system's order; leave it out",
  },
  {
    scope: "any",
    names: ["metadata.recovery.strategy", "metadata.recovery.rebootstrap.trigger.ms"],
    why: "the brokers in `brokers` are asked whenever none that is known answers; leave it out",
  },
  {
    scope: "any",
    names: ["security.protocol", "ssl.", "sasl."],
    why: "`ssl` and `sasl` hold it, in the shapes of kafkajs; give it there",
  },
  {
    scope: "any",
    names: ["security.providers"],
    why: "it is Java's own; leave it out",
  },
  {
    scope: "any",
    names: [
      "metric.reporters",
      "metrics.context.",
      "metrics.num.samples",
      "metrics.recording.level",
      "metrics.sample.window.ms",
      "built.in.metrics.version",
      "enable.metrics.push",
    ],
    why: "figures come from `KafkaStreams.metrics()`, and from `/metrics` of a service; leave it out",
  },
  {
    scope: "any",
    names: ["config.providers", "auto.include.jmx.reporter"],
    why: "it is Java's own; leave it out",
  },
  {
    scope: "streams",
    names: ["processing.guarantee"],
    why: "records are processed at least once, exactly once is not here yet; leave it out",
  },
  {
    scope: "streams",
    names: ["num.stream.threads"],
    why: "a KafkaStreams object has one thread; start the program several times to share the work",
  },
  {
    scope: "streams",
    names: [
      "num.standby.replicas",
      "max.warmup.replicas",
      "acceptable.recovery.lag",
      "probing.rebalance.interval.ms",
      "rack.aware.assignment.",
      "client.tag.",
    ],
    why: "standby and warm-up tasks are not here yet; leave it out",
  },
  {
    scope: "streams",
    names: ["task.assignor.class", "upgrade.from"],
    why: "instances share tasks by the one assignor that there is; leave it out",
  },
  {
    scope: "streams",
    names: ["application.server", "default.state.isolation.level"],
    why: "stores cannot be queried from outside yet; leave it out",
  },
  {
    scope: "streams",
    names: ["poll.ms", "log.summary.interval.ms"],
    why: "it has a fixed value here; leave it out",
  },
  {
    scope: "streams",
    names: ["default.client.supplier"],
    why: "tests give a platform to `new KafkaStreams(topology, config, { platform })` instead",
  },
  {
    scope: "streams",
    names: ["default.list.key.serde.", "default.list.value.serde.", "windowed.inner.class.serde", "window.size.ms"],
    why: "serdes are values here; give the whole serde where the topology reads or writes",
  },
  {
    scope: "streams",
    names: ["dsl.store.suppliers.class", "dsl.store.format"],
    why: "set `defaultDslStore`, or name a store where the topology makes it",
  },
  {
    scope: "streams",
    names: ["rocksdb.config.setter"],
    why: "give `openEngine` to `new KafkaStreams(topology, config, { openEngine })` instead",
  },
  {
    scope: "streams",
    names: ["state.cleanup.delay.ms", "state.cleanup.dir.max.age.ms", "allow.os.group.write.access"],
    why: "an instance keeps the state of tasks that it had in one database, for when they come back; leave it out",
  },
  {
    scope: "streams",
    names: ["enable.transactional.statestores"],
    why: "there is no such choice; leave it out, or see `uncommittedBytesMax`",
  },
  {
    scope: "streams",
    names: ["topology.optimization"],
    why: "it is an option of the topology; use `builder.build({ optimization })`",
  },
  {
    scope: "streams",
    names: ["ensure.explicit.internal.resource.naming"],
    why: "it is an option of the topology; use `builder.build({ explicitNames: true })`",
  },
  {
    scope: "streams",
    names: ["processor.wrapper.class"],
    why: "the topology has no such option yet; leave it out",
  },
  {
    scope: "streams",
    names: ["errors.dead.letter.queue.topic.name", "processing.exception.handler.global.enabled"],
    why: "there is none yet; give a function as `deserializationErrors`, `processingErrors` or `serializationErrors`",
  },
  {
    scope: "streams",
    names: ["topology.description.push.enabled"],
    why: "nothing is told to the brokers of the topology; leave it out",
  },
  {
    scope: "streams",
    names: ["main.consumer.", "restore.consumer.", "global.consumer."],
    why: "all that reads has the settings of `consumer`; give them there",
  },
  {
    scope: "streams",
    names: ["admin."],
    why: "all requests have the settings of `connection`; give them there",
  },
];
