package dev.sluice.app;

import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.cli.Runner;
import dev.sluice.app.cli.WebhookSettings;
import dev.sluice.app.explain.HeldAgent;
import dev.sluice.app.history.History;
import dev.sluice.app.history.Sampler;
import dev.sluice.app.kube.Cluster;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.app.kube.FleetReports;
import dev.sluice.app.logs.RecentLines;
import dev.sluice.app.loop.Core;
import dev.sluice.app.loop.Effects;
import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.Fleets;
import dev.sluice.app.loop.Loop;
import dev.sluice.app.loop.LoopMetrics;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.PublishedVerdicts;
import dev.sluice.app.loop.Role;
import dev.sluice.app.loop.StateFile;
import dev.sluice.app.manifests.World;
import dev.sluice.app.pages.OverrideMetrics;
import dev.sluice.app.pages.OverrideRoutes;
import dev.sluice.app.pages.PageRoutes;
import dev.sluice.app.pages.PageView;
import dev.sluice.app.pages.PushMetrics;
import dev.sluice.app.pages.PushReceiver;
import dev.sluice.app.pages.StatusServer;
import dev.sluice.app.sources.DirectorySource;
import dev.sluice.app.sources.FolderHome;
import dev.sluice.app.sources.Home;
import dev.sluice.app.tls.CertificateFiles;
import dev.sluice.app.tls.ServerTls;
import dev.sluice.app.tls.ShownCertificate;
import dev.sluice.app.tls.TlsFault;
import dev.sluice.app.tls.TlsFiles;
import dev.sluice.app.tls.TlsMetrics;
import dev.sluice.app.webhook.WebhookMetrics;
import dev.sluice.app.webhook.WebhookServer;
import dev.sluice.evaluator.alerts.BudgetPoller;
import dev.sluice.evaluator.alerts.EvaluatorMetrics;
import dev.sluice.evaluator.alerts.EvidenceReader;
import dev.sluice.evaluator.alerts.Poller;
import dev.sluice.evaluator.alerts.PrometheusClient;
import dev.sluice.evaluator.alerts.Question;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.foreman.rpc.BreachMetrics;
import dev.sluice.foreman.rpc.BreachServer;
import dev.sluice.foreman.rpc.BreachServerConfig;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.resources.ResourceCompiler;
import dev.sluice.xds.serving.XdsMetrics;
import dev.sluice.xds.serving.XdsServer;
import dev.sluice.xds.serving.XdsSettings;
import io.grpc.ServerCredentials;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process: puts the parts together, and takes them apart in reverse order.
 *
 * <ul>
 *   <li><i>Thread</i>: started and closed by one; the parts have their own.
 *   <li><i>On failure</i>: a part that can't start stops those before it; nothing is left running.
 *   <li><i>On shutdown</i>: first what feeds the loop, then the loop with its last state saved,
 *       then the servers.
 * </ul>
 */
final class Sluice implements Runner.Running {

  private static final Logger log = LoggerFactory.getLogger("sluice");
  private static final Duration RESCAN = Duration.ofSeconds(10);
  private static final Duration REREAD = Duration.ofSeconds(10);

  private final InstantSource clock = InstantSource.system();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicReference<@Nullable Loop> begun = new AtomicReference<>();
  private final ShownCertificate webhookCertificate = new ShownCertificate();
  // One for all ways to ask.
  private final Meter meter = new Meter();
  private final RunSettings settings;

  private Sluice(RunSettings settings) {
    this.settings = settings;
  }

  static Sluice start(RunSettings settings) throws Runner.StartFailure {
    Sluice sluice = new Sluice(settings);
    try {
      sluice.startParts();
    } catch (Runner.StartFailure failure) {
      sluice.close();
      throw failure;
    }
    return sluice;
  }

  private void startParts() throws Runner.StartFailure {
    RecentLines recent = keep(RecentLines.keep());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    PublishedVerdicts verdicts = PublishedVerdicts.nothingYet(clock.instant());
    Optional<ServerCredentials> tls = startTls();
    XdsServer xds = startXds(tls);
    Home home = home(verdicts, xds);
    startGrpc(verdicts, home.targets(), tls);
    if (settings.webhook().isPresent()) {
      startWebhook(settings.webhook().get(), verdicts, home.targets());
    }
    History history = new History(clock, xds::served);
    EvaluatorMetrics evaluatorMetrics = new EvaluatorMetrics(registry, clock);
    PollSwitch pollSwitch = new PollSwitch();
    Loop loop =
        new Loop(
            new Core(ResourceCompiler::compile, settings.firstEvidence()),
            new Effects(
                verdicts, fleets(xds), home.memory(), evaluatorMetrics, pollSwitch, history::tell),
            new LoopMetrics(registry, xds::served),
            clock,
            home.first(clock.instant()));
    begun.set(loop);
    startHttp(loop, xds, pollSwitch, home, recent, page(loop, xds, home, history));
    keep(Sampler.start(() -> history.sample(loop.state())));
    PrometheusClient prometheus = keep(new PrometheusClient(settings.prometheus()));
    keep(loop);
    pollSwitch.connect(keep(poller(loop, prometheus, evaluatorMetrics)));
    loop.start();
    keep(budgets(loop, prometheus)).start();
    keep(home).start(loop::post);
  }

  private Home home(PublishedVerdicts verdicts, XdsServer xds) {
    return switch (settings.origin()) {
      case Origin.Folder(Path path, Path stateFile) ->
          new FolderHome(new DirectorySource(path, RESCAN), new StateFile(stateFile));
      case Origin.Kubernetes(ClusterSettings cluster) ->
          Cluster.open(
              cluster,
              verdicts,
              new FleetReports(xds::status, this::faults, xds::served),
              settings
                  .webhook()
                  .filter(webhook -> webhook.files().isEmpty())
                  .map(_ -> webhookCertificate),
              registry,
              clock);
    };
  }

  /** Why routers can't be compiled; the loop that knows is begun after its home. */
  private SortedMap<RouterRef, String> faults() {
    return Optional.ofNullable(begun.get())
        .map(loop -> loop.state().faults())
        .orElseGet(TreeMap::new);
  }

  private Poller poller(Loop loop, PrometheusClient prometheus, EvaluatorMetrics metrics) {
    return new Poller(
        new EvidenceReader(prometheus),
        () -> question(loop.state()),
        observation -> loop.post(new Event.Observed(observation)),
        settings.poll(),
        clock,
        metrics);
  }

  private BudgetPoller budgets(Loop loop, PrometheusClient prometheus) {
    return new BudgetPoller(
        prometheus,
        () -> question(loop.state()),
        left -> loop.post(new Event.BudgetsRead(left)),
        clock);
  }

  /** Who follows asks nothing: the leader's memory is its evidence. */
  private static Optional<Question> question(LoopState state) {
    World world = state.world().orElse(World.EMPTY);
    return state.role() == Role.LEADER
        ? Optional.of(
            Question.of(world.declarations(), state.snapshot().services())
                .withLatencies(world.hasLatencyTargets()))
        : Optional.empty();
  }

  private static Fleets fleets(XdsServer xds) {
    return new Fleets() {
      @Override
      public void publish(FleetResources resources) {
        xds.publish(resources);
      }

      @Override
      public void remove(RouterRef fleet) {
        xds.remove(fleet);
      }
    };
  }

  private Optional<ServerCredentials> startTls() throws Runner.StartFailure {
    if (settings.tls().isEmpty()) {
      return Optional.empty();
    }
    try {
      TlsMetrics metrics = new TlsMetrics(registry);
      TlsFiles files = settings.tls().get();
      return Optional.of(keep(ServerTls.open(files, clock, metrics, REREAD)).credentials());
    } catch (TlsFault unusable) {
      throw new Runner.StartFailure(unusable.words(), unusable);
    }
  }

  private XdsServer startXds(Optional<ServerCredentials> tls) throws Runner.StartFailure {
    HostPort address = settings.xds();
    return bind(
        "--xds",
        address,
        () ->
            XdsServer.start(
                new XdsSettings(address.host(), address.port(), settings.maxStreams(), tls),
                new ServingLog(),
                clock,
                new XdsMetrics(registry)));
  }

  private void startGrpc(
      PublishedVerdicts verdicts, TargetResolver targets, Optional<ServerCredentials> tls)
      throws Runner.StartFailure {
    HostPort address = settings.grpc();
    BreachServerConfig plain =
        BreachServerConfig.at(new InetSocketAddress(address.host(), address.port()));
    bind(
        "--grpc",
        address,
        () ->
            BreachServer.start(
                tls.map(plain::withCredentials).orElse(plain),
                verdicts,
                targets,
                clock,
                new Decider(clock, () -> ThreadLocalRandom.current().nextLong(), meter),
                new BreachMetrics(registry)));
  }

  private void startWebhook(
      WebhookSettings webhook, PublishedVerdicts verdicts, TargetResolver targets)
      throws Runner.StartFailure {
    if (webhook.files().isPresent()) {
      try {
        keep(CertificateFiles.show(webhook.files().get(), webhookCertificate, clock, REREAD));
      } catch (TlsFault unusable) {
        throw new Runner.StartFailure(unusable.words(), unusable);
      }
    }
    HostPort address = webhook.address();
    bind(
        "--webhook",
        address,
        () ->
            WebhookServer.start(
                new WebhookServer.Sources(verdicts, targets, clock, meter),
                new WebhookMetrics(registry, webhookCertificate),
                webhookCertificate,
                address.host(),
                address.port()));
  }

  /** A folder has no Agents to hold. */
  private Optional<List<HeldAgent>> holds(Home home) {
    return Optional.of(home.surroundings().held())
        .filter(_ -> settings.origin() instanceof Origin.Kubernetes);
  }

  private PageRoutes page(Loop loop, XdsServer xds, Home home, History history) {
    return new PageRoutes(
        () ->
            new PageView(
                clock.instant(),
                loop.state(),
                xds.status(),
                xds.waiting(),
                xds.served(),
                holds(home),
                history.changes(),
                history.since()),
        history::pictures,
        new OverrideRoutes(
            settings.overrideTokenFile(), home.overrides(), new OverrideMetrics(registry), clock),
        clock);
  }

  private void startHttp(
      Loop loop,
      XdsServer xds,
      PollSwitch pollSwitch,
      Home home,
      RecentLines recent,
      PageRoutes page)
      throws Runner.StartFailure {
    HostPort address = settings.http();
    StatusServer.Views views =
        new StatusServer.Views(
            loop::state,
            xds::status,
            xds::waiting,
            xds::served,
            registry,
            home::surroundings,
            recent::lines,
            clock);
    PushReceiver pushes =
        new PushReceiver(settings.pushTokenFile(), pollSwitch::push, new PushMetrics(registry));
    bind(
        "--http",
        address,
        () ->
            StatusServer.start(
                views, settings.httpTokenFile(), pushes, page, address.host(), address.port()));
  }

  private interface Starter<T> {
    T start() throws Exception;
  }

  private <T extends AutoCloseable> T bind(String option, HostPort address, Starter<T> starter)
      throws Runner.StartFailure {
    try {
      return keep(starter.start());
    } catch (Exception failure) {
      throw new Runner.StartFailure(
          option + " " + address + ": " + StartWords.notListening(failure), failure);
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public List<String> describe() {
    return StartWords.running(settings);
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception failure) {
        log.error("msg=stop-failed part={}", part.getClass().getSimpleName(), failure);
      }
    }
    log.info("msg=stopped");
  }
}
