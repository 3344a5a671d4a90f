package dev.sluice.app.kube;

import dev.sluice.app.kube.HoldPlan.Step;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the Agents of breached services and lets them go, as {@link HoldPlan} says. It looks when a
 * verdict changes, and every 2 s for what time or an edit changed. It goes by what is on the Agents
 * and not by what it did, so that the holds of a Sluice that died are found and ended.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own.
 *   <li><i>On failure</i>: an API server that is away is tried again after 1 s, doubled up to 30 s;
 *       what it refuses of one Agent is tried again after 30 s, and the others go on.
 *   <li><i>On shutdown</i>: {@link #close} lets nobody go: the next leader knows the same verdicts.
 * </ul>
 */
final class HoldKeeper implements AutoCloseable {

  /** How often it looks; also how soon an Agent is written again, whoever undoes it. */
  static final Duration LOOK = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(HoldKeeper.class);

  private final ForemanObjects foreman;
  private final VerdictFeed verdicts;
  private final boolean isWanted;
  private final HoldWriter holds;
  private final StatusWriter events;
  private final KubeMetrics metrics;
  private final BooleanSupplier mayWrite;
  private final InstantSource clock;
  private final Passes passes;
  private final Silence silence;
  private VerdictFeed.@Nullable Subscription subscription;

  // The thread's own.
  private final Map<ObjectKey, Instant> notBefore = new HashMap<>();

  /**
   * One that doesn't look yet.
   *
   * @param isWanted whether Agents are held at all; if not, those that are held are let go
   */
  HoldKeeper(
      ForemanObjects foreman,
      VerdictFeed verdicts,
      boolean isWanted,
      HoldWriter holds,
      StatusWriter events,
      KubeMetrics metrics,
      BooleanSupplier mayWrite,
      InstantSource clock) {
    this.foreman = foreman;
    this.verdicts = verdicts;
    this.isWanted = isWanted;
    this.holds = holds;
    this.events = events;
    this.metrics = metrics;
    this.mayWrite = mayWrite;
    this.clock = clock;
    silence = new Silence(clock);
    passes = new Passes("sluice-hold", this::pass, clock);
  }

  void start() {
    subscription = verdicts.subscribe(_ -> passes.wake());
    passes.start();
  }

  /** Looks now: this replica may write from now on. */
  void wake() {
    passes.wake();
  }

  /** Writes what is due; returns when it looks again, if it may write at all. */
  Optional<Instant> pass() {
    if (!mayWrite.getAsBoolean()) {
      notBefore.clear();
      metrics.held(Set.of());
      return Optional.empty();
    }
    VerdictSnapshot known = verdicts.current();
    // Before all is read and something is published, every Agent would seem to be free.
    if (foreman.isRead() && known.revision() > 0) {
      settle(known);
    }
    return Optional.of(silence.lasts() ? silence.until() : clock.instant().plus(LOOK));
  }

  private void settle(VerdictSnapshot known) {
    Map<ObjectKey, KubeAgent> agents = foreman.agents();
    notBefore.keySet().retainAll(agents.keySet());
    metrics.held(
        agents.values().stream()
            .filter(agent -> agent.heldBy().isPresent() && agent.heldUntil().isPresent())
            .map(KubeAgent::key)
            .collect(Collectors.toSet()));
    for (KubeAgent agent : agents.values()) {
      if (silence.lasts()) {
        return;
      }
      Instant now = clock.instant();
      if (!now.isBefore(notBefore.getOrDefault(agent.key(), Instant.MIN))) {
        settle(agent, known, now);
      }
    }
  }

  private void settle(KubeAgent agent, VerdictSnapshot known, Instant now) {
    ObjectKey key = agent.key();
    HoldPlan.Ground ground =
        HoldGround.of(foreman.agent(key.namespace(), key.name()), known, foreman::isDeclared, now);
    Step step = HoldPlan.next(agent, isWanted, ground, now);
    switch (step) {
      case Step.Stay _ -> {}
      case Step.Hold(String by, Instant until, _) ->
          took(agent, step, holds.hold(agent.object(), by, until), now);
      case Step.Renew(String by, Instant until) ->
          took(agent, step, holds.hold(agent.object(), by, until), now);
      case Step.Release _ -> took(agent, step, holds.release(agent.object()), now);
    }
  }

  private void took(KubeAgent agent, Step step, StatusWriter.Outcome outcome, Instant now) {
    switch (outcome) {
      case StatusWriter.Outcome.Done _ -> {
        silence.answered();
        notBefore.put(agent.key(), now.plus(LOOK));
        metrics.wrote(step);
        note(agent, step, now);
      }
      case StatusWriter.Outcome.Refused(String words) -> {
        metrics.refused();
        notBefore.put(agent.key(), now.plus(Assertion.REFUSED));
        log.warn("msg=hold-refused object=\"{}\" cause=\"{}\"", agent.key(), words);
      }
      case StatusWriter.Outcome.Away(String words) -> {
        metrics.away();
        silence.begin();
        log.warn("msg=hold-not-written cause=\"{}\" again={}", words, silence.until());
      }
    }
  }

  // An Event is a courtesy: the Agent says the same, so it isn't tried again.
  private void note(KubeAgent agent, Step step, Instant now) {
    Optional<StatusWriter.Note> note = HoldNotes.of(agent, step, now);
    if (note.isEmpty()) {
      return;
    }
    log.info(
        "msg=agent-hold object=\"{}\" reason={} words=\"{}\"",
        agent.key(),
        note.get().reason(),
        note.get().message());
    if (!(events.note(agent.object(), note.get()) instanceof StatusWriter.Outcome.Done)) {
      metrics.refused();
    }
  }

  @Override
  public void close() {
    if (subscription != null) {
      subscription.close();
    }
    passes.close();
  }
}
