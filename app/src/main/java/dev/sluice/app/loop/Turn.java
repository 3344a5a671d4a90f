package dev.sluice.app.loop;

import dev.sluice.app.manifests.Problem;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Judge;
import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.evaluator.judge.Judgement;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Overrides;
import dev.sluice.evaluator.judge.Recall;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.RouterRef;
import dev.sluice.model.RuleLatency;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.LatencyJudge;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import dev.sluice.xds.shares.Shaper;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One step under way: the next state as far as it is known, and the effects so far. */
final class Turn {

  /** How long without the end of a poll until Prometheus counts as away: six polls of 5 s. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final FleetCompiler compiler;
  private final LoopState state;
  private final Instant now;
  private final List<Effect> effects = new ArrayList<>();

  private Role role;
  private Instant roleSince;
  private Optional<World> world;
  private Optional<Observation> observation;
  private Map<ObjectiveRef, BudgetLeft> budgets;
  private boolean serving;
  private boolean news;
  private JudgeState judge;
  private Optional<Judgement> judgement;
  private VerdictSnapshot snapshot;
  private final SortedMap<RouterRef, RouterShares> shares;
  private final SortedMap<RouterRef, CompiledFleet> fleets;
  private final SortedMap<RouterRef, String> faults;
  private SavedState saved;

  Turn(FleetCompiler compiler, LoopState state, Instant now) {
    this.compiler = compiler;
    this.state = state;
    this.now = now;
    role = state.role();
    roleSince = state.roleSince();
    world = state.world();
    observation = state.observation();
    budgets = state.budgets();
    serving = state.isServing();
    judge = state.judge();
    judgement = state.judgement();
    snapshot = state.snapshot();
    shares = new TreeMap<>(state.shares());
    fleets = new TreeMap<>(state.fleets());
    faults = new TreeMap<>(state.faults());
    saved = state.saved();
  }

  void take(World next) {
    List<Problem> before = world.map(World::problems).orElse(List.of());
    next.problems().stream()
        .filter(problem -> !before.contains(problem))
        .forEach(problem -> announce(new Announcement.ProblemFound(problem)));
    before.stream()
        .filter(problem -> !next.problems().contains(problem))
        .forEach(problem -> announce(new Announcement.ProblemGone(problem)));
    world = Optional.of(next);
    news = true;
    pollIfLeading();
  }

  private void pollIfLeading() {
    if (role == Role.LEADER) {
      effects.add(new Effect.Poll());
    }
  }

  void take(Observation next) {
    if (role == Role.FOLLOWER) {
      return; // asked before another took the lead
    }
    observation = Optional.of(sharingWithTheLast(next));
    news = true;
  }

  /** For whoever looks: nothing is decided by it. */
  void take(Map<ObjectiveRef, BudgetLeft> left) {
    if (role == Role.LEADER) {
      budgets = left;
    }
  }

  private Observation sharingWithTheLast(Observation next) {
    return next instanceof Observation.Rules rules
            && observation.orElse(null) instanceof Observation.Rules last
        ? rules.sharing(last)
        : next;
  }

  /** Takes the leader's memory for our own, unless we are the one who fills it. */
  void recall(SavedState memory) {
    if (role == Role.LEADER) {
      return;
    }
    saved = memory;
    judge = memory.judge();
    judgement = Optional.empty();
    shares.putAll(memory.shares());
    news = true;
  }

  void become(Role next) {
    if (next == role) {
      return;
    }
    role = next;
    roleSince = now;
    observation = Optional.empty();
    budgets = Map.of();
    judgement = Optional.empty();
    announce(new Announcement.RoleChanged(role));
    if (role == Role.LEADER) {
      judge = judge.continuedAt(now);
      pollIfLeading();
    }
  }

  /** A poller that hangs must not freeze the verdicts: its silence is what is observed then. */
  void watchForSilence() {
    Duration age = Duration.between(observation.map(Observation::at).orElse(roleSince), now);
    if (serving && age.compareTo(SILENCE) > 0) {
      take(new Observation.Failed(now, "no poll of Prometheus has ended for " + words(age)));
    }
  }

  void beginWhenDue(Duration firstEvidence) {
    if (serving || world.isEmpty()) {
      return;
    }
    if (role == Role.FOLLOWER) {
      followWhenDue(firstEvidence);
    } else if (observation.orElse(null) instanceof Observation.Rules) {
      begin("Prometheus answered");
    } else if (!now.isBefore(state.startedAt().plus(firstEvidence))) {
      String words = "Prometheus gave no answer within " + words(firstEvidence) + " of the start";
      if (observation.isEmpty()) {
        take(new Observation.Failed(now, words));
      }
      begin(words + "; serving what is remembered, else what is declared");
    }
  }

  private void followWhenDue(Duration firstEvidence) {
    if (!saved.equals(SavedState.NONE)) {
      begin("what the leader remembers was read");
    } else if (!now.isBefore(state.startedAt().plus(firstEvidence))) {
      begin(
          "no leader has remembered anything within "
              + words(firstEvidence)
              + " of the start; serving what is declared");
    }
  }

  private void begin(String words) {
    serving = true;
    news = true;
    announce(new Announcement.ServingBegins(words));
  }

  boolean isServing() {
    return serving;
  }

  void judgeIfThereIsNews() {
    if (!news && !overrides().hasEnded(snapshot.publishedAt(), now)) {
      return;
    }
    Declarations declarations = world.orElseThrow().declarations();
    if (observation.isEmpty()) {
      publish(Recall.verdicts(declarations, judge), List.of());
      return;
    }
    Judgement next =
        judgement.isPresent()
            ? Judge.judge(declarations, observation.get(), judgement.get(), now)
            : Judge.judge(declarations, observation.get(), judge, now);
    judgement = Optional.of(next);
    judge = next.next();
    publish(next.services(), next.transitions());
  }

  private Overrides overrides() {
    return world.map(World::overrides).orElse(Overrides.NONE);
  }

  private void publish(List<ServiceVerdict> judged, List<Transition> judgedTransitions) {
    Overrides.Published published =
        overrides()
            .over(
                judged,
                judgedTransitions,
                snapshot,
                state.world().map(World::overrides).orElse(Overrides.NONE),
                now);
    List<ServiceVerdict> services = published.services();
    // The leader has announced it to whoever listens; a follower that says it again says it twice.
    List<Transition> transitions = role == Role.LEADER ? published.transitions() : List.of();
    transitions.forEach(transition -> announce(new Announcement.VerdictChanged(transition)));
    boolean changed = Changes.isNews(snapshot.services(), services);
    long next = changed ? snapshot.revision() + 1 : snapshot.revision();
    // Never below the leader's, so that a watcher may go on at another replica.
    snapshot = new VerdictSnapshot(Math.max(next, saved.revision()), now, services);
    effects.add(new Effect.PublishVerdicts(snapshot, transitions));
  }

  /** One router at a time: what goes wrong with one stops no other, and its last snapshot stays. */
  void shapeAndCompile() {
    SortedMap<RouterRef, RouterSpec> routers = world.orElseThrow().routers();
    routers.forEach(this::shapeAndCompile);
    for (RouterRef gone : state.fleets().keySet()) {
      if (!routers.containsKey(gone)) {
        fleets.remove(gone);
        effects.add(new Effect.RemoveFleet(gone));
      }
    }
    shares.keySet().retainAll(routers.keySet());
    faults.keySet().retainAll(routers.keySet());
  }

  private void shapeAndCompile(RouterRef ref, RouterSpec router) {
    try {
      RouterShares before = shares.getOrDefault(ref, RouterShares.NONE);
      RouterShares after =
          Shaper.shape(
              router, world.orElseThrow().topology(), snapshot, judgeLatency(router, before), now);
      Optional<CompiledFleet> last = Optional.ofNullable(fleets.get(ref));
      CompiledFleet next = compile(router, after, last);
      shares.put(ref, after);
      faults.remove(ref);
      announceShares(router, before, after);
      fleets.put(ref, next);
      if (!last.map(CompiledFleet::resources).equals(Optional.of(next.resources()))) {
        effects.add(new Effect.PublishFleet(next.resources()));
      }
    } catch (RuntimeException failure) {
      String words = String.valueOf(failure.getMessage());
      if (!words.equals(faults.put(ref, words))) {
        announce(new Announcement.RouterFailed(ref, words));
      }
    }
  }

  /** Who follows goes by what the leader found; so does who leads, until Prometheus was asked. */
  private RouterShares judgeLatency(RouterSpec router, RouterShares before) {
    if (role == Role.FOLLOWER || observation.isEmpty()) {
      return before;
    }
    Optional<List<RuleLatency>> measured =
        switch (observation.get()) {
          case Observation.Failed _ -> Optional.empty();
          case Observation.Rules rules ->
              rules.latencies().map(all -> all.getOrDefault(router.ref(), List.of()));
        };
    Topology topology = world.orElseThrow().topology();
    return LatencyJudge.judge(router, topology, snapshot, measured, before, now);
  }

  private CompiledFleet compile(
      RouterSpec router, RouterShares shaped, Optional<CompiledFleet> last) {
    Topology topology = world.orElseThrow().topology();
    CompiledFleet.Source source = CompiledFleet.Source.of(router, topology, shaped, snapshot);
    return last.filter(fleet -> fleet.source().equals(source))
        .orElseGet(
            () -> new CompiledFleet(source, compiler.compile(router, topology, shaped, snapshot)));
  }

  private void announceShares(RouterSpec router, RouterShares before, RouterShares after) {
    after
        .rules()
        .forEach(
            (rule, shaped) -> {
              RuleShares old = before.rule(rule).orElse(RuleShares.NONE);
              if (!Changes.sameTraffic(old, shaped)) {
                announce(
                    new Announcement.SharesChanged(
                        router.ref(),
                        rule,
                        Changes.newestDecision(router, old, shaped, snapshot),
                        old,
                        shaped));
              }
            });
  }

  void remember() {
    if (role == Role.FOLLOWER || observation.isEmpty()) {
      return;
    }
    SavedState next = new SavedState(snapshot.revision(), judge, shares);
    if (!next.isAsGoodAs(saved)) {
      saved = next;
      effects.add(new Effect.SaveState(next));
    }
  }

  Step end() {
    return new Step(
        new LoopState(
            state.startedAt(),
            role,
            roleSince,
            world,
            observation,
            budgets,
            serving,
            judge,
            judgement,
            snapshot,
            shares,
            fleets,
            faults,
            saved),
        effects);
  }

  private void announce(Announcement announcement) {
    effects.add(new Effect.Announce(announcement));
  }

  private static String words(Duration duration) {
    return PromDuration.format(duration.truncatedTo(ChronoUnit.SECONDS));
  }
}
