package dev.sluice.app.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles by a Lease which replica decides. A leader that can't renew, because the API server is
 * away, may no longer write, but goes on deciding until it hears that another leads: its Envoys and
 * dispatchers need verdicts all the same, and nobody else could have been elected.
 *
 * <ul>
 *   <li><i>Thread</i>: one of its own, {@code sluice-election}; the listener is called from it or
 *       the client's.
 *   <li><i>On failure</i>: tries again every {@link #RETRY}; what refuses is logged once.
 *   <li><i>On shutdown</i>: {@link #close} gives the Lease back, so that another takes over at
 *       once.
 * </ul>
 */
final class Election implements AutoCloseable {

  // As client-go's controllers have them, a third shorter: taking over is cheap here.
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration RENEW = Duration.ofSeconds(7);

  /** How often the Lease is renewed, or looked at. */
  static final Duration RETRY = Duration.ofSeconds(1);

  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(Election.class);

  private final KubernetesClient client;
  private final HomePlace place;
  private final Listener listener;
  private volatile boolean isHolder;
  private volatile boolean isClosing;
  private @Nullable Thread thread;

  /** Hears how it went. */
  interface Listener {

    /** This replica holds the Lease. */
    void elected();

    /** Another one does. */
    void otherElected(String identity);
  }

  Election(KubernetesClient client, HomePlace place, Listener listener) {
    this.client = client;
    this.place = place;
    this.listener = listener;
  }

  void start() {
    thread = Thread.ofPlatform().daemon().name("sluice-election").start(this::run);
  }

  /** Whether this replica holds the Lease, as far as it knows: then it may write. */
  boolean isHolder() {
    return isHolder;
  }

  private void run() {
    while (!isClosing) {
      // Ends when the Lease is lost; an elector can be used once.
      client.leaderElector().withConfig(config()).build().run();
    }
  }

  private LeaderElectionConfig config() {
    LeaseLock lease = new LeaseLock(place.namespace(), place.lease(), place.identity());
    return new LeaderElectionConfigBuilder()
        .withName("sluice")
        .withLock(new SpeakingLock(lease, place.leaseWords()))
        .withLeaseDuration(LEASE)
        .withRenewDeadline(RENEW)
        .withRetryPeriod(RETRY)
        .withReleaseOnCancel(true)
        .withLeaderCallbacks(new LeaderCallbacks(this::won, this::lost, this::heard))
        .build();
  }

  private void won() {
    isHolder = true;
    listener.elected();
  }

  private void lost() {
    boolean held = isHolder;
    isHolder = false;
    if (held && !isClosing) {
      log.warn("msg=lease-lost lease=\"{}\" effect=\"nothing is written\"", place.leaseWords());
    }
  }

  private void heard(@Nullable String leader) {
    if (leader != null && !leader.isEmpty() && !leader.equals(place.identity())) {
      isHolder = false;
      listener.otherElected(leader);
    }
  }

  @Override
  public void close() {
    isClosing = true;
    Thread running = thread;
    if (running == null) {
      return;
    }
    running.interrupt();
    try {
      if (!running.join(CLOSE_BOUND)) {
        log.warn("msg=lease-not-released lease=\"{}\"", place.leaseWords());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
