package dev.sluice.app.loop;

import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.evaluator.judge.Judgement;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.RouterRef;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.shares.RouterShares;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that the loop knows. Immutable, and so also what pages and metrics read.
 *
 * @param startedAt when this process began
 * @param role whether this process decides
 * @param roleSince since when it has the role
 * @param world what the source read last; empty before the first reading
 * @param observation what Prometheus said last; empty before the first poll ended
 * @param budgets what is left of objectives' error budgets, as Prometheus said last; no verdict
 *     depends on it
 * @param isServing whether verdicts and fleets are published: not before there is evidence
 * @param judge what the judge remembers
 * @param judgement its last turn; empty before the first, and when another judged since
 * @param snapshot the verdicts published last
 * @param shares of each router
 * @param fleets what was compiled and published last of each router
 * @param faults why a router couldn't be shaped or compiled, while it can't
 * @param saved what was last given to be remembered
 */
public record LoopState(
    Instant startedAt,
    Role role,
    Instant roleSince,
    Optional<World> world,
    Optional<Observation> observation,
    Map<ObjectiveRef, BudgetLeft> budgets,
    boolean isServing,
    JudgeState judge,
    Optional<Judgement> judgement,
    VerdictSnapshot snapshot,
    SortedMap<RouterRef, RouterShares> shares,
    SortedMap<RouterRef, CompiledFleet> fleets,
    SortedMap<RouterRef, String> faults,
    SavedState saved) {

  public LoopState {
    budgets = Map.copyOf(budgets);
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
    fleets = Collections.unmodifiableSortedMap(new TreeMap<>(fleets));
    faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
  }

  /** The state of one who decides from the start on, with what is remembered of the run before. */
  public static LoopState leading(SavedState saved, Instant now) {
    // From the clock, so that it grows over a restart even without a memory.
    return begin(Role.LEADER, Math.max(saved.revision(), now.toEpochMilli()), saved, now);
  }

  /** The state of one who waits for what the leader remembers. */
  public static LoopState following(Instant now) {
    return begin(Role.FOLLOWER, 0, SavedState.NONE, now);
  }

  private static LoopState begin(Role role, long revision, SavedState saved, Instant now) {
    return new LoopState(
        now,
        role,
        now,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        false,
        saved.judge(),
        Optional.empty(),
        VerdictSnapshot.of(revision, now, List.of()),
        saved.shares(),
        new TreeMap<>(),
        new TreeMap<>(),
        saved);
  }
}
