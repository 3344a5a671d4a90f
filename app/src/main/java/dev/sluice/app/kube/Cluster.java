package dev.sluice.app.kube;

import dev.sluice.app.manifests.World;
import dev.sluice.app.sources.Source;
import dev.sluice.model.VerdictFeed;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cluster as the source of the world and, the other way, as a place where verdicts are shown.
 *
 * <ul>
 *   <li><i>Thread</i>: opened, started and closed by one; its parts have their own.
 *   <li><i>On failure</i>: opening contacts nobody; an API server that is away is waited for.
 *   <li><i>On shutdown</i>: {@link #close} ends the writer, the watches and the connections.
 * </ul>
 */
public final class Cluster implements Source {

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  /** Also the first wait before a watch that broke is resumed; the client doubles it. */
  private static final Duration WATCH_RETRY = Duration.ofMillis(250);

  private final KubernetesClient client;
  private final KubernetesSource source;
  private final ConditionPublisher publisher;

  private Cluster(KubernetesClient client, KubernetesSource source, ConditionPublisher publisher) {
    this.client = client;
    this.source = source;
    this.publisher = publisher;
  }

  /**
   * A cluster that isn't read yet.
   *
   * @param kubeconfig how to reach it; empty for {@code KUBECONFIG}, {@code ~/.kube/config} or the
   *     pod's own service account
   * @param namespace the only one that is read; empty for all
   * @param verdicts what is shown on the objects
   */
  public static Cluster open(
      Optional<Path> kubeconfig,
      Optional<String> namespace,
      VerdictFeed verdicts,
      MeterRegistry registry,
      InstantSource clock) {
    Config config =
        kubeconfig
            .map(file -> Config.fromKubeconfig(file.toFile()))
            .orElseGet(() -> Config.autoConfigure(null));
    return over(
        new KubernetesClientBuilder().withConfig(impatient(config)).build(),
        namespace,
        verdicts,
        registry,
        clock);
  }

  static Cluster over(
      KubernetesClient client,
      Optional<String> namespace,
      VerdictFeed verdicts,
      MeterRegistry registry,
      InstantSource clock) {
    KubeMetrics metrics = new KubeMetrics(registry);
    ConditionPublisher publisher =
        new ConditionPublisher(verdicts, new KubeStatusWriter(client), metrics, clock);
    return new Cluster(
        client, new KubernetesSource(client, namespace, publisher, metrics), publisher);
  }

  // Our own loops try again, with the newest words; the client's would repeat the old ones.
  private static Config impatient(Config config) {
    return new ConfigBuilder(config)
        .withRequestRetryBackoffLimit(0)
        .withRequestTimeout(Math.toIntExact(CALL_TIMEOUT.toMillis()))
        .withConnectionTimeout(Math.toIntExact(CALL_TIMEOUT.toMillis()))
        .withWatchReconnectInterval(Math.toIntExact(WATCH_RETRY.toMillis()))
        .build();
  }

  @Override
  public void start(Consumer<World> listener) {
    publisher.start();
    source.start(listener);
  }

  @Override
  public void close() {
    publisher.close();
    source.close();
    client.close();
  }
}
