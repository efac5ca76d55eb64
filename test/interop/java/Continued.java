import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;

/**
 * The Java side of continued.test.ts: a program whose application id, topics and state directory are given as key=value
 * pairs, which runs until a line arrives on its input, then commits and, with leaves=true, leaves the group. On its output: the topology's
 * text, a line "--", then the state RUNNING and the number of processed records, each whenever it changes.
 */
public final class Continued {
  public static void main(String[] pairs) throws Exception {
    Map<String, String> given = new HashMap<>();
    for (String pair : pairs) given.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    String input = given.remove("input"), output = given.remove("output");
    Topology topology = given.remove("program").equals("words") ? words(input, output) : windows(input, output);
    boolean leaves = Boolean.parseBoolean(given.remove("leaves"));
    Properties config = new Properties();
    config.put("auto.offset.reset", "earliest");
    config.putAll(given);

    System.out.println(topology.describe() + "--");
    KafkaStreams streams = new KafkaStreams(topology, config);
    streams.setStateListener((now, before) -> System.out.println(now));
    streams.start();
    Thread reporter = new Thread(() -> report(streams));
    reporter.setDaemon(true);
    reporter.start();
    if (System.in.read() < 0) System.exit(1);
    // By default a classic member stays in the group until its session ends.
    boolean closed = streams.close(new KafkaStreams.CloseOptions().leaveGroup(leaves).timeout(Duration.ofSeconds(30)));
    System.exit(closed ? 0 : 1);
  }

  private static Topology words(String input, String output) {
    Serde<String> text = Serdes.String();
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(input, Consumed.with(text, text))
      .flatMapValues(Continued::split)
      .groupBy((key, word) -> word, Grouped.with(text, text))
      .count(Materialized.as("counts"))
      .toStream()
      .to(output, Produced.with(text, Serdes.Long()));
    return builder.build();
  }

  private static List<String> split(String line) {
    Matcher matcher = Pattern.compile("[a-z']+").matcher(line.toLowerCase());
    List<String> words = new ArrayList<>();
    while (matcher.find()) words.add(matcher.group());
    return words;
  }

  private static Topology windows(String input, String output) {
    Serde<String> text = Serdes.String();
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(input, Consumed.with(text, text))
      .groupByKey()
      .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), Duration.ofSeconds(30)).advanceBy(Duration.ofSeconds(20)))
      .count(Materialized.as("per-minute"))
      .toStream((key, count) -> key.key() + "@" + key.window().start())
      .to(output, Produced.with(text, Serdes.Long()));
    return builder.build();
  }

  private static void report(KafkaStreams streams) {
    double told = -1;
    for (;;) {
      double processed = streams.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals("process-total") && metric.getKey().group().equals("stream-thread-metrics"))
        .mapToDouble(metric -> (Double) metric.getValue().metricValue())
        .sum();
      if (processed != told) System.out.println((long) processed);
      told = processed;
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
