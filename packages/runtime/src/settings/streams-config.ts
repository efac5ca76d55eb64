// Written by `npm run settings` from the tables beside it.
import type { SaslOptions, SslOptions } from "@millrace/client";
import type { ErrorHandler, Serde, TimestampExtractor } from "@millrace/core";
import type { Log } from "@millrace/platform";

/** Settings of an application: Kafka's names in camel case; times in milliseconds, sizes in bytes. */
export interface StreamsConfig {
  /** Name of the application: id of its group, prefix of its internal topics, name of its directory. `application.id`. */
  readonly applicationId: string;
  /** Addresses `host:port` of some brokers; they name the others. `bootstrap.servers`. */
  readonly brokers: readonly string[];
  /** Name of the instance in the brokers' logs and quotas. Default: the application id. `client.id`. */
  readonly clientId?: string;
  /**
   * TLS on all connections. true trusts the authorities that Node trusts; an object has those options of Node's `tls.connect`
   * that concern trust and identity, such as `ca`, `cert`, `key`, `passphrase` and `servername`. Default: false, plaintext.
   */
  readonly ssl?: boolean | SslOptions;
  /**
   * Proof to the brokers of who the application is: `mechanism` `plain`, `scram-sha-256` or `scram-sha-512` with `username` and
   * `password`, or `oauthbearer` with `sasl.oauthBearerProvider`, a function that returns a promise of `{ value: token }`.
   * Default: none, brokers do not ask.
   */
  readonly sasl?: SaslOptions;
  /** Serde of keys where the topology names none. Default: string. `default.key.serde`. */
  readonly defaultKeySerde?: Serde<any>;
  /** Serde of values where the topology names none. Default: json(). `default.value.serde`. */
  readonly defaultValueSerde?: Serde<any>;
  /**
   * Gives the time of a record where its topic names no extractor. By default it is the record's own, and a negative one is an
   * error. Default: failOnInvalidTimestamp. `default.timestamp.extractor`.
   */
  readonly defaultTimestampExtractor?: TimestampExtractor;
  /**
   * Position at which a topic without a committed offset begins; `none` makes its absence an error. Default: `earliest`.
   * `auto.offset.reset`.
   */
  readonly autoOffsetReset?: "earliest" | "latest" | "none";
  /** Time between two commits. Default: 30,000. `commit.interval.ms`. */
  readonly commitIntervalMs?: number;
  /** Record cache of all stores of an instance; 0 switches it off. Default: 10,485,760 (10 MiB). `statestore.cache.max.bytes`. */
  readonly cacheBytesMax?: number;
  /**
   * Limit for the writes of all stores that are not on disk yet; above it nothing is processed (KIP-892). Default: 67,108,864 (64
   * MiB). `statestore.uncommitted.max.bytes`.
   */
  readonly uncommittedBytesMax?: number;
  /**
   * Records of a partition, fetched and not processed, above which its fetching pauses; it goes on at half of them. Kafka's
   * default is 1,000; here more are kept, because processing and fetching share one thread. Default: 5,000.
   * `buffered.records.per.partition`.
   */
  readonly bufferedRecordsPerPartition?: number;
  /**
   * Directory in which the stores of each application have one of their own. The system may empty the default one. Default:
   * `millrace-streams` in the system's directory for temporary files. `state.dir`.
   */
  readonly stateDirectory?: string;
  /**
   * Place of the stores. `rocksDB`: in the state directory, so that a start goes on from what is there. `inMemory`: in memory,
   * restored from their changelogs at each start. Default: `rocksDB`. `default.dsl.store`.
   */
  readonly defaultDslStore?: "rocksDB" | "inMemory";
  /**
   * Time without a heartbeat after which the group gives an instance's tasks to others. Default: 45,000. `session.timeout.ms`.
   */
  readonly sessionTimeoutMs?: number;
  /**
   * Time between two heartbeats. Kafka's default is 3,000; here it is shorter, because only the answer to a heartbeat tells an
   * instance that another has left, and that one's tasks wait for it. Default: 1,000. `heartbeat.interval.ms`.
   */
  readonly heartbeatIntervalMs?: number;
  /**
   * Name that no other instance of the application has at the same time: the instance can then stop and start again within the
   * session timeout, and has its tasks back, without a rebalance (KIP-345). `group.instance.id`.
   */
  readonly groupInstanceId?: string;
  /**
   * Time that an instance may take to come back to a rebalance. An instance that is busy with a record for so long leaves the
   * group until it is done. Default: 300,000. `max.poll.interval.ms`.
   */
  readonly maxPollIntervalMs?: number;
  /**
   * Time that a task with an empty input waits for late producers; -1: not even for what the broker has. Default: 0.
   * `max.task.idle.ms`.
   */
  readonly maxTaskIdleMs?: number;
  /**
   * Time that an application puts up with brokers that are away: at its start, when it takes up tasks, when it commits; also with
   * services that its serdes ask. A second at least. Default: 300,000. `task.timeout.ms`.
   */
  readonly taskTimeoutMs?: number;
  /** Replicas of internal topics; -1: the broker's default. Default: -1. `replication.factor`. */
  readonly replicationFactor?: number;
  /**
   * Time between two deletions of repartition records that are processed and committed. Default: 30,000.
   * `repartition.purge.interval.ms`.
   */
  readonly repartitionPurgeIntervalMs?: number;
  /**
   * Time that the changelog of a window store keeps records longer than the store; for topics that the application creates.
   * Default: 86,400,000. `windowstore.changelog.additional.retention.ms`.
   */
  readonly windowstoreChangelogAdditionalRetentionMs?: number;
  /**
   * Short for `producer.lingerMs`. Time that a batch which is not full waits for more records. The default is that of Kafka
   * Streams. Default: 100. `producer.linger.ms`.
   */
  readonly lingerMs?: number;
  /**
   * Short for `producer.batchSize`. Bytes of a batch, before compression, at which it is sent; at most `maxRequestSize`. Kafka's
   * default is 16,384. Default: 65,536, or `maxRequestSize` if that is less. `producer.batch.size`.
   */
  readonly batchSizeBytes?: number;
  /** Short for `producer.compressionType`. Codec of batches. Default: `none`. `producer.compression.type`. */
  readonly compression?: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  /**
   * Short for `producer.maxRequestSize`. Largest request, and so largest record before compression, that is written. A topic has
   * a limit of its own, `max.message.bytes`; see `topic` for internal topics. Default: 1,048,576 (1 MiB).
   * `producer.max.request.size`.
   */
  readonly maxRequestSize?: number;
  /**
   * Settings of the internal topics that the application creates, by Kafka's names, such as `"max.message.bytes"`. A store's own
   * `logging` goes before them; topics that exist are left as they are. Default: none. `topic.*`.
   */
  readonly topic?: Readonly<Record<string, string>>;
  /**
   * Content to which a table is restored that has its source topic for a changelog (optimization `reuse.ktable.source.topics`):
   * `asWritten`, as in Java, takes every record of the topic, also those that deserialization errors or the timestamp extractor
   * had dropped, and their own times; `asProcessed` reads the records as processing does, which takes longer. Default:
   * `asWritten`.
   */
  readonly restoreFromSource?: "asWritten" | "asProcessed";
  /**
   * Reaction to a record that cannot be read: `fail` stops the application, `continue` drops the record; a function chooses.
   * Default: `fail`. `deserialization.exception.handler`.
   */
  readonly deserializationErrors?: "fail" | "continue" | ErrorHandler;
  /**
   * Reaction to a record on which an operator fails, as for `deserializationErrors`. Default: `fail`.
   * `processing.exception.handler`.
   */
  readonly processingErrors?: "fail" | "continue" | ErrorHandler;
  /**
   * Places where `processingErrors` holds. `operators`: behind every operator, as in Java, so not where a sink follows directly
   * on a source. `everywhere`: there too. Default: `operators`.
   */
  readonly processingErrorsScope?: "operators" | "everywhere";
  /**
   * Reaction to a record whose key or value a sink's serde refuses, as for `deserializationErrors`. Default: `fail`.
   * `production.exception.handler`.
   */
  readonly serializationErrors?: "fail" | "continue" | ErrorHandler;
  /**
   * Takes the messages of the application. An error it throws is reported once on stderr. Fields are values that JSON can hold.
   * Default: readable lines on stderr, of warnings and errors; none where a `platform` is given, as in simulations.
   */
  readonly log?: Log;
  /** Settings of the producer, which writes to sinks, repartition topics and changelogs. */
  readonly producer?: ProducerConfig;
  /** Settings of what reads: source topics, repartition topics, and changelogs while stores are restored. */
  readonly consumer?: ConsumerConfig;
  /** Settings of all connections and requests. Java has them in each of its clients; here one client is behind all. */
  readonly connection?: ConnectionConfig;
}

/** Settings of the producer, which writes to sinks, repartition topics and changelogs. */
export interface ProducerConfig {
  /**
   * Time that a batch which is not full waits for more records. The default is that of Kafka Streams. Default: 100. `linger.ms`.
   */
  readonly lingerMs?: number;
  /**
   * Bytes of a batch, before compression, at which it is sent; at most `maxRequestSize`. Kafka's default is 16,384. Default:
   * 65,536, or `maxRequestSize` if that is less. `batch.size`.
   */
  readonly batchSize?: number;
  /**
   * Largest request, and so largest record before compression, that is written. A topic has a limit of its own,
   * `max.message.bytes`; see `topic` for internal topics. Default: 1,048,576 (1 MiB). `max.request.size`.
   */
  readonly maxRequestSize?: number;
  /** Codec of batches. Default: `none`. `compression.type`. */
  readonly compressionType?: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  /**
   * Level of the codec `gzip`: a higher one takes longer and gives fewer bytes; -1: gzip's own default, 6. Default: -1.
   * `compression.gzip.level`.
   */
  readonly compressionGzipLevel?: number;
  /**
   * Level of the codec `zstd`: a higher one takes longer and gives fewer bytes; those below 0 are the fastest. Default: 3.
   * `compression.zstd.level`.
   */
  readonly compressionZstdLevel?: number;
  /**
   * Time from the sealing of a batch to its acknowledgement, with all repetitions; after it the application fails. At least
   * `lingerMs` and `connection.requestTimeoutMs` together. Default: 120,000, or if that is more `taskTimeoutMs`, or `lingerMs` +
   * `connection.requestTimeoutMs`. `delivery.timeout.ms`.
   */
  readonly deliveryTimeoutMs?: number;
  /**
   * Requests on their way to one broker; more than 5 would break the idempotence of the producer. Default: 5.
   * `max.in.flight.requests.per.connection`.
   */
  readonly maxInFlightRequestsPerConnection?: number;
  /** Bytes without acknowledgement above which nothing is processed. Default: 33,554,432 (32 MiB). `buffer.memory`. */
  readonly bufferMemory?: number;
}

/** Settings of what reads: source topics, repartition topics, and changelogs while stores are restored. */
export interface ConsumerConfig {
  /** Bytes that a broker gathers before it answers a fetch, for `fetchMaxWaitMs` at most. Default: 1. `fetch.min.bytes`. */
  readonly fetchMinBytes?: number;
  /** Time that a broker waits for `fetchMinBytes`. Default: 500. `fetch.max.wait.ms`. */
  readonly fetchMaxWaitMs?: number;
  /**
   * Bytes of one answer to a fetch; a first batch that is larger comes whole all the same. Kafka's default is 50 MiB. Default:
   * 2,097,152 (2 MiB). `fetch.max.bytes`.
   */
  readonly fetchMaxBytes?: number;
  /**
   * Bytes of one partition in an answer to a fetch; a first batch that is larger comes whole all the same. Default: 1,048,576 (1
   * MiB). `max.partition.fetch.bytes`.
   */
  readonly maxPartitionFetchBytes?: number;
  /**
   * Rack of the instance. Records are fetched from a replica in the same rack where the brokers choose so by their
   * `replica.selector.class` (KIP-392); tasks are shared without regard to racks. Default: none, records come from the leaders.
   * `client.rack`.
   */
  readonly clientRack?: string;
  /** Verifies the checksum of each batch. Default: `true`. `check.crcs`. */
  readonly checkCrcs?: boolean;
}

/** Settings of all connections and requests. Java has them in each of its clients; here one client is behind all. */
export interface ConnectionConfig {
  /**
   * Time that the answer to a request may take; for fetches `consumer.fetchMaxWaitMs` comes on top. Default: 30,000.
   * `request.timeout.ms`.
   */
  readonly requestTimeoutMs?: number;
  /**
   * Time that one call to the brokers may take with all its repetitions; at least `requestTimeoutMs`. Default: 60,000, or
   * `requestTimeoutMs` if that is more. `default.api.timeout.ms`.
   */
  readonly defaultApiTimeoutMs?: number;
  /**
   * First pause before a repetition; it doubles from one to the next, with a jitter of 20 %. Default: 100. `retry.backoff.ms`.
   */
  readonly retryBackoffMs?: number;
  /**
   * Longest pause before a repetition; at least `retryBackoffMs`. Default: 1,000, or `retryBackoffMs` if that is more.
   * `retry.backoff.max.ms`.
   */
  readonly retryBackoffMaxMs?: number;
  /** Time after which topics and leaders are asked for again though nothing failed. Default: 300,000. `metadata.max.age.ms`. */
  readonly metadataMaxAgeMs?: number;
  /**
   * Time that the opening of a connection may take; it doubles while attempts fail, with a jitter of 20 %. Default: 10,000.
   * `socket.connection.setup.timeout.ms`.
   */
  readonly socketConnectionSetupTimeoutMs?: number;
  /**
   * Longest such time; at least `socketConnectionSetupTimeoutMs` (KIP-601). Default: 30,000, or `socketConnectionSetupTimeoutMs`
   * if that is more. `socket.connection.setup.timeout.max.ms`.
   */
  readonly socketConnectionSetupTimeoutMaxMs?: number;
  /**
   * First pause before another attempt to connect to a broker; it doubles from one to the next, with a jitter of 20 %. Default:
   * 50. `reconnect.backoff.ms`.
   */
  readonly reconnectBackoffMs?: number;
  /**
   * Longest pause before another attempt to connect; at least `reconnectBackoffMs`. Default: 1,000, or `reconnectBackoffMs` if
   * that is more. `reconnect.backoff.max.ms`.
   */
  readonly reconnectBackoffMaxMs?: number;
  /**
   * Time without use after which a connection is closed, before a broker does it; -1: never. Default: 540,000.
   * `connections.max.idle.ms`.
   */
  readonly connectionsMaxIdleMs?: number;
}
