package dev.sluice.app.kube;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * What is to be done about one Agent, by what is on it and whether its service may take work. Pure.
 *
 * <table>
 *   <caption>By what is on the Agent</caption>
 *   <tr><th>on it</th><th>the service is breached</th><th>it isn't</th></tr>
 *   <tr><td>nothing</td><td>hold</td><td>stay</td></tr>
 *   <tr><td>our hold</td><td>stay; renew once a third of it is over</td><td>release</td></tr>
 *   <tr><td>a hold by hand</td><td>stay until it ends, then hold</td>
 *       <td>stay until it ends, then release</td></tr>
 *   <tr><td>the label without an end</td><td colspan="2">stay: it isn't ours</td></tr>
 *   <tr><td>an end without the label</td><td>hold again</td><td>release: takes the rest off</td></tr>
 * </table>
 *
 * <p>An Agent that opts out, or holds that are switched off, count as not breached. As long as
 * nothing is known of the service yet, a hold of ours stays until it ends.
 */
final class HoldPlan {

  /** How long a hold lasts when nobody renews it. */
  static final Duration LASTS = Duration.ofMinutes(15);

  /** How much of it is left when it is renewed. */
  static final Duration RENEWED_AT = Duration.ofMinutes(10);

  /** Who holds, if a person does. */
  static final String MANUAL = "manual";

  private static final int LONGEST_LABEL = 63;
  private static final Pattern NOT_IN_A_LABEL = Pattern.compile("[^A-Za-z0-9]");

  private HoldPlan() {}

  /** What a hold rests on, as far as an Agent's service goes. */
  sealed interface Ground {

    /** All that it could land on is breached. */
    record Breached(String decision, String message) implements Ground {}

    /** Nothing is known yet. */
    record NothingKnown() implements Ground {}

    /** It may take work, or nothing says that it may not. */
    record Free(String why) implements Ground {}
  }

  /** What to do. */
  sealed interface Step {

    /** Nothing. */
    record Stay() implements Step {}

    /** Put the hold on; {@code by} is a label's value. */
    record Hold(String by, Instant until, String message) implements Step {}

    /** Let the hold that is there last longer. */
    record Renew(String by, Instant until) implements Step {}

    /** Take it off. */
    record Release(String message) implements Step {}
  }

  /**
   * What to do about an Agent.
   *
   * @param isWanted whether this Sluice holds Agents at all
   */
  static Step next(KubeAgent agent, boolean isWanted, Ground ground, Instant now) {
    boolean isAnothers = agent.heldBy().isPresent() && agent.heldUntil().isEmpty();
    boolean lasts = agent.heldUntil().filter(now::isBefore).isPresent();
    if (isAnothers || (lasts && isManual(agent))) {
      return new Step.Stay();
    }
    return switch (effective(agent, isWanted, ground)) {
      case Ground.Breached breached -> held(agent, breached, now);
      case Ground.NothingKnown _ when lasts -> new Step.Stay();
      case Ground.NothingKnown _ -> released(agent, "its time is over and nothing is known yet");
      case Ground.Free(String why) -> released(agent, why);
    };
  }

  private static boolean isManual(KubeAgent agent) {
    return agent.heldBy().filter(MANUAL::equals).isPresent();
  }

  private static Ground effective(KubeAgent agent, boolean isWanted, Ground ground) {
    if (!isWanted) {
      return new Ground.Free("holds are switched off");
    }
    return agent.optsOut()
        ? new Ground.Free("the Agent says " + KubeAgent.HOLD + ": \"false\"")
        : ground;
  }

  private static Step held(KubeAgent agent, Ground.Breached breached, Instant now) {
    Instant until = now.plus(LASTS);
    if (agent.heldBy().isEmpty() || isManual(agent)) {
      return new Step.Hold(label(breached.decision()), until, breached.message());
    }
    boolean isFresh =
        agent.heldUntil().filter(end -> now.plus(RENEWED_AT).isBefore(end)).isPresent();
    return isFresh ? new Step.Stay() : new Step.Renew(agent.heldBy().orElseThrow(), until);
  }

  private static Step released(KubeAgent agent, String why) {
    return agent.heldUntil().isPresent()
        ? new Step.Release(isManual(agent) ? "the hold by hand is over" : why)
        : new Step.Stay();
  }

  /** The decision as a label's value, which may be 63 characters of few kinds. */
  private static String label(String decision) {
    String kept = NOT_IN_A_LABEL.matcher(decision).replaceAll("-");
    String framed = "d" + kept + "d";
    String whole = kept.startsWith("-") || kept.endsWith("-") ? framed : kept;
    return whole.length() <= LONGEST_LABEL ? whole : whole.substring(0, LONGEST_LABEL - 1) + "0";
  }
}
