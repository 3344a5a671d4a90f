package dev.sluice.app.loop;

import dev.sluice.app.manifests.Problem;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.DecisionId;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.shares.RuleShares;
import java.util.Optional;

/** What is worth one line of the log: a change, never a repetition. */
public sealed interface Announcement {

  /** From now on fleets are served, and why from now. */
  record ServingBegins(String words) implements Announcement {}

  /** This process decides from now on, or no longer. */
  record RoleChanged(Role role) implements Announcement {}

  /** A verdict changed. */
  record VerdictChanged(Transition transition) implements Announcement {}

  /**
   * The weights of a rule changed.
   *
   * @param decision the newest verdict among the backends that changed; empty if there is none, for
   *     a rule that is new for example
   */
  record SharesChanged(
      RouterRef router,
      String rule,
      Optional<DecisionId> decision,
      RuleShares before,
      RuleShares after)
      implements Announcement {}

  /** Something of the world was rejected, or leads nowhere. */
  record ProblemFound(Problem problem) implements Announcement {}

  /** It no longer is, or does. */
  record ProblemGone(Problem problem) implements Announcement {}

  /** A router couldn't be shaped or compiled; what it served last stays. */
  record RouterFailed(RouterRef router, String words) implements Announcement {}
}
