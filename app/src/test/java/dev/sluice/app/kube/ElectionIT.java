package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.Role;
import dev.sluice.app.loop.SavedState;
import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.lab.Await;
import dev.sluice.lab.kube.KubeApiServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replicas at a real API server: who decides, and what the next one knows. */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class ElectionIT {

  private static final Logger log = LoggerFactory.getLogger(ElectionIT.class);
  private static final Duration BOUND = Duration.ofSeconds(40);

  @TempDir private Path folder;
  private KubeApiServer server;
  private final List<Replica> replicas = new ArrayList<>();

  @BeforeEach
  void setUp() {
    server = KubeApiServer.start(KubeLab.binaries(), folder);
  }

  @AfterEach
  void tearDown() {
    replicas.forEach(Replica::close);
    if (server != null) {
      server.close();
    }
  }

  /** What the loop of one replica would hear. */
  private static final class Replica implements AutoCloseable {
    final List<Event> heard = new CopyOnWriteArrayList<>();
    final Cluster cluster;

    Replica(Path kubeconfig) {
      cluster =
          Cluster.open(
              ClusterSettings.of(kubeconfig),
              new ScriptedFeed(),
              new FleetScene().reports(),
              new SimpleMeterRegistry(),
              InstantSource.system());
      cluster.start(heard::add);
    }

    boolean leads() {
      return last(Event.RoleChanged.class).map(event -> event.role() == Role.LEADER).orElse(false);
    }

    Optional<SavedState> remembers() {
      return last(Event.Remembered.class).map(Event.Remembered::memory);
    }

    private <T extends Event> Optional<T> last(Class<T> kind) {
      return heard.stream().filter(kind::isInstance).map(kind::cast).reduce((_, later) -> later);
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  private Replica start() {
    Replica replica = new Replica(server.kubeconfig());
    replicas.add(replica);
    return replica;
  }

  private static SavedState memory(long revision) {
    return new SavedState(revision, JudgeState.EMPTY, new TreeMap<>());
  }

  @Test
  void theNextLeaderKnowsWhatTheLastOneRemembered() throws Exception {
    Replica first = start();
    Await.until(BOUND, "the first leads", first::leads);
    Replica second = start();
    first.cluster.memory().write(memory(7));
    Await.until(
        BOUND, "the second follows", () -> second.remembers().equals(Optional.of(memory(7))));

    long stopped = System.nanoTime();
    first.close();
    Await.until(BOUND, "the second leads", second::leads);
    Duration takenOver = Duration.ofNanos(System.nanoTime() - stopped);

    log.info("msg=taken-over after={}", takenOver);
    List<Event> last = second.heard.subList(second.heard.size() - 2, second.heard.size());
    assertThat(last)
        .containsExactly(new Event.Remembered(memory(7)), new Event.RoleChanged(Role.LEADER));
  }

  @Test
  void whoDoesNotLeadRemembersNothing() throws Exception {
    Replica first = start();
    Await.until(BOUND, "the first leads", first::leads);
    Replica second = start();

    second.cluster.memory().write(memory(8));
    first.cluster.memory().write(memory(9));
    Await.until(
        BOUND, "the second follows", () -> second.remembers().equals(Optional.of(memory(9))));

    assertThat(second.leads()).isFalse();
    assertThat(first.heard).doesNotContain(new Event.Remembered(memory(8)));
  }

  @Test
  void aLeaderWithoutAnApiServerGoesOnDecidingAndCatchesUp() throws Exception {
    Replica replica = start();
    Await.until(BOUND, "it leads", replica::leads);

    server.kill9();
    replica.cluster.memory().write(memory(10));
    server.startAgain();
    Await.until(BOUND, "it is written", () -> replica.remembers().equals(Optional.of(memory(10))));

    assertThat(replica.heard).doesNotContain(new Event.RoleChanged(Role.FOLLOWER));
  }
}
