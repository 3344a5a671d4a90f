package dev.sluice.app.kube;

import dev.sluice.app.explain.Surroundings;
import dev.sluice.app.fleets.FleetSettings;
import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.Memory;
import dev.sluice.app.loop.Role;
import dev.sluice.app.loop.SavedState;
import dev.sluice.app.overrides.OverrideWriter;
import dev.sluice.app.sources.Home;
import dev.sluice.app.tls.ShownCertificate;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.model.VerdictFeed;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster as home: where the world is read, where verdicts are shown, and where replicas settle
 * who decides. Every replica follows what the leader remembers; the leader alone writes.
 *
 * <ul>
 *   <li><i>Thread</i>: opened, started and closed by one; its parts have their own.
 *   <li><i>On failure</i>: opening contacts nobody; an API server that is away is waited for.
 *   <li><i>On shutdown</i>: {@link #close} gives the lead away, then ends the writers, the watches
 *       and the connections.
 * </ul>
 */
public final class Cluster implements Home {

  private static final Logger log = LoggerFactory.getLogger(Cluster.class);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  /** Also the first wait before a watch that broke is resumed; the client doubles it. */
  private static final Duration WATCH_RETRY = Duration.ofMillis(250);

  private final KubernetesClient client;
  private final boolean elects;
  private final Election election;
  private final SharedMemory memory;
  private final ServedShares shares;
  private final ConditionPublisher publisher;
  private final ObjectiveKeeper keeper;
  private final RoutingKeeper routing;
  private final AdoptionKeeper adoption;
  private final Optional<FleetKeeper> fleetKeeper;
  private final FleetBoard board;
  private final HoldKeeper holds;
  private final LiveRouters routers;
  private final ForemanObjects foreman = new ForemanObjects();
  private final KubernetesSource source;
  private final Optional<WebhookCertificates> certificates;
  private volatile Consumer<Event> loop = _ -> {};
  private volatile Optional<String> leader = Optional.empty();

  private Cluster(
      KubernetesClient client,
      ClusterSettings settings,
      VerdictFeed verdicts,
      FleetReports fleets,
      Optional<ShownCertificate> webhook,
      MeterRegistry registry,
      InstantSource clock) {
    this.client = client;
    HomePlace place = HomePlace.of(settings, client);
    KubeMetrics metrics = new KubeMetrics(registry);
    elects = settings.elects();
    election = new Election(client, place, new Listener());
    memory = new SharedMemory(client, place, this::mayWrite, metrics, clock);
    StatusWriter writer = new KubeStatusWriter(client);
    shares = new ServedShares(fleets.served());
    publisher = new ConditionPublisher(verdicts, shares, writer, metrics, this::mayWrite, clock);
    board =
        new FleetBoard(
            client, place, () -> FleetSummary.of(fleets.statuses().get()), this::mayWrite, clock);
    routers = new LiveRouters(board::fleets, fleets.faults());
    adoption =
        new AdoptionKeeper(
            routers, new RouterServices(client), writer, metrics, this::mayWrite, clock);
    fleetKeeper = settings.fleets().map(like -> fleetKeeper(like, settings, metrics, clock));
    holds =
        new HoldKeeper(
            foreman,
            verdicts,
            settings.holdsAgents(),
            new KubeHoldWriter(client),
            writer,
            metrics,
            this::mayWrite,
            clock);
    routing =
        new RoutingKeeper(routers, this::besideRouting, writer, metrics, this::mayWrite, clock);
    keeper = new ObjectiveKeeper(new KubeObjectiveWriter(client), metrics, this::mayWrite, clock);
    certificates =
        webhook.map(shown -> new WebhookCertificates(client, place, shown, this::mayWrite, clock));
    source =
        new KubernetesSource(
            client,
            settings.namespace(),
            KubeListener.both(publisher, KubeListener.both(routers, foreman)),
            keeper::declared,
            metrics);
  }

  /**
   * A cluster that isn't read yet.
   *
   * @param verdicts what is shown on the objects
   * @param fleets what is shown on the ModelRouters
   */
  public static Cluster open(
      ClusterSettings settings,
      VerdictFeed verdicts,
      FleetReports fleets,
      MeterRegistry registry,
      InstantSource clock) {
    return open(settings, verdicts, fleets, Optional.empty(), registry, clock);
  }

  /**
   * The same, which keeps the webhook's certificates too.
   *
   * @param webhook shows them; empty if there is no webhook, or files have them
   */
  public static Cluster open(
      ClusterSettings settings,
      VerdictFeed verdicts,
      FleetReports fleets,
      Optional<ShownCertificate> webhook,
      MeterRegistry registry,
      InstantSource clock) {
    return new Cluster(
        connect(settings.kubeconfig()), settings, verdicts, fleets, webhook, registry, clock);
  }

  static KubernetesClient connect(Optional<Path> kubeconfig) {
    Config config =
        kubeconfig
            .map(file -> Config.fromKubeconfig(file.toFile()))
            .orElseGet(() -> Config.autoConfigure(null));
    return new KubernetesClientBuilder().withConfig(impatient(config)).build();
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

  private FleetKeeper fleetKeeper(
      FleetSettings like, ClusterSettings settings, KubeMetrics metrics, InstantSource clock) {
    return new FleetKeeper(
        routers,
        new KubeFleetStore(client, settings.namespace(), like.kinds()),
        like,
        metrics,
        this::mayWrite,
        clock);
  }

  private List<Condition> besideRouting(ObjectKey router) {
    return Stream.concat(
            adoption.of(router).map(Adoption::condition).stream(),
            fleetKeeper.flatMap(it -> it.of(router)).map(ManagedFleet::condition).stream())
        .toList();
  }

  private boolean mayWrite() {
    return !elects || election.isHolder();
  }

  @Override
  public Memory memory() {
    return state -> {
      shares.served(state.shares());
      publisher.wake();
      memory.write(state);
    };
  }

  @Override
  public LoopState first(Instant now) {
    return LoopState.following(now);
  }

  @Override
  public TargetResolver targets() {
    return foreman;
  }

  @Override
  public Surroundings surroundings() {
    return new Surroundings(elects, leader, foreman.held());
  }

  @Override
  public OverrideWriter overrides() {
    return new KubeOverrideWriter(client);
  }

  @Override
  public void start(Consumer<Event> events) {
    loop = events;
    memory.start();
    memory.follow(
        state -> {
          shares.served(state.shares());
          events.accept(new Event.Remembered(state));
        });
    publisher.start();
    keeper.start();
    if (elects) {
      board.start();
    }
    routing.start();
    adoption.start();
    fleetKeeper.ifPresent(FleetKeeper::start);
    holds.start();
    certificates.ifPresent(WebhookCertificates::start);
    source.start(
        world -> {
          shares.declared(world.routers());
          routers.read(world);
          foreman.read(world);
          events.accept(new Event.WorldChanged(world));
        });
    if (elects) {
      election.start();
    } else {
      lead();
    }
  }

  private final class Listener implements Election.Listener {

    @Override
    public void elected() {
      leader = Optional.empty();
      memory.forget();
      lead();
    }

    @Override
    public void otherElected(String identity) {
      log.info("msg=following leader={}", identity);
      leader = Optional.of(identity);
      loop.accept(new Event.RoleChanged(Role.FOLLOWER));
    }
  }

  /** Leads from what was remembered last: the watch may not have brought it yet. */
  private void lead() {
    Thread.ofVirtual()
        .name("sluice-lead")
        .start(
            () -> {
              try {
                Optional<SavedState> remembered = recall();
                remembered.ifPresent(
                    state -> {
                      shares.served(state.shares());
                      loop.accept(new Event.Remembered(state));
                    });
                loop.accept(new Event.RoleChanged(Role.LEADER));
                publisher.wake();
                keeper.wake();
                routing.wake();
                adoption.wake();
                fleetKeeper.ifPresent(FleetKeeper::wake);
                holds.wake();
                certificates.ifPresent(WebhookCertificates::wake);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private Optional<SavedState> recall() throws InterruptedException {
    while (true) {
      try {
        return memory.read();
      } catch (KubernetesClientException failure) {
        log.warn(
            "msg=memory-not-read cause=\"{}\" effect=\"not leading yet; tried every {}\"",
            failure.getMessage(),
            Election.RETRY);
        Thread.sleep(Election.RETRY);
      }
    }
  }

  @Override
  public void close() {
    loop = _ -> {};
    election.close();
    memory.close();
    publisher.close();
    keeper.close();
    routing.close();
    board.close();
    adoption.close();
    fleetKeeper.ifPresent(FleetKeeper::close);
    holds.close();
    certificates.ifPresent(WebhookCertificates::close);
    source.close();
    client.close();
  }
}
