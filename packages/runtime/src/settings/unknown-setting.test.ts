import { expect, test } from "vitest";
import { resolveConfig } from "../config.ts";
import { refusals } from "./refused.ts";
import { settings } from "./table.ts";

function refused(config: Record<string, unknown>): string {
  try {
    resolveConfig({ applicationId: "app", brokers: ["localhost:9092"], ...config });
  } catch (error) {
    return (error as Error).message;
  }
  return "taken";
}

test.each<[Record<string, unknown>, string]>([
  [{ commitIntervallMs: 5 }, 'There is no setting "commitIntervallMs". Did you mean "commitIntervalMs"?'],
  [{ producer: { lingerMS: 5 } }, 'There is no setting "producer.lingerMS". It is called "producer.lingerMs" here.'],
  [
    { producer: { maxRequestSiz: 5 } },
    'There is no setting "producer.maxRequestSiz". Did you mean "maxRequestSize" or "producer.maxRequestSize"?',
  ],
  [{ "commit.interval.ms": 5 }, 'There is no setting "commit.interval.ms". It is called "commitIntervalMs" here.'],
  [{ bootstrapServers: "a:1" }, 'There is no setting "bootstrapServers". It is called "brokers" here.'],
  [{ "bootstrap.servers": "a:1" }, 'There is no setting "bootstrap.servers". It is called "brokers" here.'],
  [{ stateDir: "/x" }, 'There is no setting "stateDir". It is called "stateDirectory" here.'],
  [{ "cache.max.bytes.buffering": 1 }, 'There is no setting "cache.max.bytes.buffering". It is called "cacheBytesMax" here.'],
  [{ "producer.max.request.size": 1 }, 'There is no setting "producer.max.request.size". It is called "maxRequestSize" here.'],
  [
    { "main.consumer.fetch.max.bytes": 1 },
    'There is no setting "main.consumer.fetch.max.bytes". It is called "consumer.fetchMaxBytes" here.',
  ],
  [{ fetchMaxBytes: 1 }, 'There is no setting "fetchMaxBytes". It is called "consumer.fetchMaxBytes" here.'],
  [
    { producer: { requestTimeoutMs: 1 } },
    'There is no setting "producer.requestTimeoutMs". It is called "connection.requestTimeoutMs" here.',
  ],
  [
    { consumer: { sessionTimeoutMs: 1 } },
    'There is no setting "consumer.sessionTimeoutMs". It is called "sessionTimeoutMs" here.',
  ],
  [{ consumer: { groupId: "x" } }, 'There is no setting "consumer.groupId". It is called "applicationId" here.'],
  [
    { producer: { acks: "all" } },
    'Setting "producer.acks" is not taken here: the producer is always idempotent and waits for all in-sync replicas; leave it out.',
  ],
  [{ numStreamThreads: 4 }, 'Setting "numStreamThreads" is not taken here: a KafkaStreams object has one thread; '],
  [
    { "processing.guarantee": "exactly_once_v2" },
    'Setting "processing.guarantee" is not taken here: records are processed at least once',
  ],
  [
    { consumer: { "max.poll.records": 1 } },
    'Setting "consumer.max.poll.records" is not taken here: records are processed in slices',
  ],
  [
    { "consumer.enable.auto.commit": true },
    'Setting "consumer.enable.auto.commit" is not taken here: offsets are committed when',
  ],
  [{ "rack.aware.assignment.tags": "x" }, 'Setting "rack.aware.assignment.tags" is not taken here: '],
  [
    { consumer: { bananas: 1 } },
    'There is no setting "consumer.bananas". There are, in "consumer", checkCrcs, clientRack, fetchMaxBytes,',
  ],
  [{ bananas: undefined }, 'There is no setting "bananas". There are applicationId, autoOffsetReset, '],
])("%j is refused with what is meant", (config, text) => {
  expect(refused(config)).toContain(text);
});

/** The names in Kafka 4.4's ProducerConfig, ConsumerConfig, CommonClientConfigs and StreamsConfig that are not internal. */
const kafkas: Readonly<Record<string, string>> = {
  producer: `acks batch.size bootstrap.servers buffer.memory client.dns.lookup client.id compression.gzip.level compression.lz4.level
    compression.type compression.zstd.level connections.max.idle.ms delivery.timeout.ms enable.idempotence enable.metrics.push
    interceptor.classes key.serializer linger.ms max.block.ms max.in.flight.requests.per.connection max.request.size metadata.max.age.ms
    metadata.max.idle.ms metadata.recovery.rebootstrap.trigger.ms metadata.recovery.strategy metric.reporters metrics.num.samples
    metrics.recording.level metrics.sample.window.ms partitioner.adaptive.partitioning.enable partitioner.availability.timeout.ms
    partitioner.class partitioner.ignore.keys receive.buffer.bytes reconnect.backoff.max.ms reconnect.backoff.ms request.timeout.ms
    retries retry.backoff.max.ms retry.backoff.ms sasl.jaas.config sasl.mechanism security.protocol security.providers
    send.buffer.bytes socket.connection.setup.timeout.max.ms socket.connection.setup.timeout.ms ssl.keystore.location
    transaction.timeout.ms transaction.two.phase.commit.enable transactional.id value.serializer`,
  consumer: `allow.auto.create.topics auto.commit.interval.ms auto.offset.reset bootstrap.servers check.crcs client.dns.lookup client.id
    client.rack connections.max.idle.ms default.api.timeout.ms enable.auto.commit enable.metrics.push exclude.internal.topics
    fetch.max.bytes fetch.max.wait.ms fetch.min.bytes group.id group.instance.id group.protocol group.remote.assignor
    heartbeat.interval.ms interceptor.classes isolation.level key.deserializer max.partition.fetch.bytes max.poll.interval.ms
    max.poll.records metadata.max.age.ms metadata.recovery.rebootstrap.trigger.ms metadata.recovery.strategy metric.reporters
    metrics.num.samples metrics.recording.level metrics.sample.window.ms partition.assignment.strategy receive.buffer.bytes
    reconnect.backoff.max.ms reconnect.backoff.ms request.timeout.ms retry.backoff.max.ms retry.backoff.ms sasl.jaas.config
    security.protocol security.providers send.buffer.bytes session.timeout.ms share.acknowledgement.mode share.acquire.mode
    socket.connection.setup.timeout.max.ms socket.connection.setup.timeout.ms ssl.truststore.location value.deserializer`,
  streams: `acceptable.recovery.lag allow.os.group.write.access application.id application.server bootstrap.servers
    buffered.records.per.partition built.in.metrics.version cache.max.bytes.buffering client.id client.tag.zone commit.interval.ms
    connections.max.idle.ms default.client.supplier default.deserialization.exception.handler default.dsl.store default.key.serde
    default.list.key.serde.inner default.list.value.serde.type default.production.exception.handler default.state.isolation.level
    default.timestamp.extractor default.value.serde deserialization.exception.handler dsl.store.format dsl.store.suppliers.class
    enable.metrics.push enable.transactional.statestores ensure.explicit.internal.resource.naming errors.dead.letter.queue.topic.name
    group.protocol log.summary.interval.ms max.task.idle.ms max.warmup.replicas metadata.max.age.ms metric.reporters
    metrics.num.samples metrics.recording.level metrics.sample.window.ms num.standby.replicas num.stream.threads poll.ms
    probing.rebalance.interval.ms processing.exception.handler processing.exception.handler.global.enabled processing.guarantee
    processor.wrapper.class production.exception.handler rack.aware.assignment.non_overlap_cost rack.aware.assignment.strategy
    rack.aware.assignment.tags rack.aware.assignment.traffic_cost receive.buffer.bytes reconnect.backoff.max.ms reconnect.backoff.ms
    repartition.purge.interval.ms replication.factor request.timeout.ms retry.backoff.ms rocksdb.config.setter security.protocol
    send.buffer.bytes state.cleanup.delay.ms state.cleanup.dir.max.age.ms state.dir statestore.cache.max.bytes
    statestore.uncommitted.max.bytes task.assignor.class task.timeout.ms topology.description.push.enabled topology.optimization
    upgrade.from window.size.ms windowed.inner.class.serde windowstore.changelog.additional.retention.ms`,
};

test.each(Object.entries(kafkas))(
  "each name that Kafka's users know in %s is called or refused with a reason",
  (scope, names) => {
    const told = names
      .split(/\s+/)
      .map((name) => [name, refused(scope === "streams" ? { [name]: 1 } : { [scope]: { [name]: 1 } })] as const);
    expect(told.length).toBeGreaterThan(40);
    expect(told.filter(([, text]) => !/It is called "[a-zA-Z.]+" here\.|is not taken here: .+\.$/.test(text))).toEqual([]);
    const camel = told.map(([name]) => name.replaceAll(/[._](\w)/g, (_, letter: string) => letter.toUpperCase()));
    const known = new Set(settings.map(({ path }) => path));
    const toldAgain = camel
      .filter((name) => !known.has(scope === "streams" ? name : `${scope}.${name}`))
      .map((name) => [name, refused(scope === "streams" ? { [name]: 1 } : { [scope]: { [name]: 1 } })] as const);
    expect(toldAgain.filter(([, text]) => !/It is called "[a-zA-Z.]+" here\.|is not taken here: .+\.$/.test(text))).toEqual([]);
  },
);

test("what a setting takes is not refused elsewhere, and reasons name only settings that there are", () => {
  const taken = settings.flatMap(({ kafka, aliases = [] }) => [kafka ?? "", ...aliases]);
  expect(refusals.flatMap(({ names }) => names).filter((name) => taken.includes(name))).toEqual([]);
});
