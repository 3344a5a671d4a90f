package dev.sluice.evaluator.judge;

import dev.sluice.model.Evidence;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evidence and the past in, verdicts out. A pure function: the same arguments give the same answer,
 * so a recorded timeline replays exactly.
 *
 * <table>
 * <caption>The next verdict, by what is read now (rows) and the state that acts (columns). A held
 * state acts while Unknown lasts, until {@code holdUntil}.</caption>
 * <tr><th></th><th>WithinBudget, AtRisk, none</th><th>Breached</th><th>Recovering</th></tr>
 * <tr><td>a fast or medium alert fires</td><td>Breached</td><td>Breached</td><td>Breached, {@code
 * clearFor} doubles</td></tr>
 * <tr><td>one is pending</td><td>AtRisk</td><td>Breached (a restarted Prometheus starts at
 * pending)</td><td>Recovering</td></tr>
 * <tr><td>a slow or long alert fires</td><td>AtRisk</td><td>as clear</td><td>as clear</td></tr>
 * <tr><td>an objective can't be read</td><td>Unknown, unless another is at risk</td><td>Unknown, if
 * it is one that was breached</td><td>Unknown, if none can</td></tr>
 * <tr><td>clear</td><td>WithinBudget</td><td>Recovering, after {@code clearFor} with {@code
 * minSamples} as proof, or after {@code idleRecovery} without</td><td>after the time shares need to
 * climb: what the evidence says</td></tr>
 * </table>
 *
 * <p>A breach has one name: its decision and its {@code since} stay while it is Breached, and over
 * an Unknown that holds it, as long as one of the objectives that caused it is still declared. Once
 * the hold has ended its traffic was given back, and what burns then is a new breach.
 *
 * <p>An objective grouped by replica is judged for each replica alone. The service as a whole is
 * breached by it only when every replica is.
 *
 * <p>A service whose evidence and declarations are those of the turn before, and for which no clock
 * runs, is as it was: of ten thousand services a changed alert costs one.
 */
public final class Judge {

  /**
   * How long a verdict stands without new evidence: three polls of 5 s, so that one missed poll or
   * a rule reload changes nothing.
   */
  public static final Duration GRACE = Duration.ofSeconds(15);

  private final Declarations declarations;
  private final Observation observation;
  private final List<ServiceTracks> past;
  private final Optional<Judgement> last;
  private final Instant now;
  private final List<List<Evidence>> evidence;
  private final List<ServiceTracks> tracks;
  private final List<ServiceVerdict> verdicts;
  private final List<Transition> transitions = new ArrayList<>();

  private Judge(
      Declarations declarations,
      Observation observation,
      JudgeState previous,
      Optional<Judgement> last,
      Instant now) {
    this.declarations = declarations;
    this.observation = observation;
    this.past = previous.services();
    this.last = last;
    this.now = now;
    this.evidence = new ArrayList<>(declarations.services().size());
    this.tracks = new ArrayList<>(declarations.services().size());
    this.verdicts = new ArrayList<>(declarations.services().size());
  }

  /** Judges every declared service, going on from what is remembered. */
  public static Judgement judge(
      Declarations declarations, Observation observation, JudgeState previous, Instant now) {
    return new Judge(declarations, observation, previous, Optional.empty(), now).judge();
  }

  /** The same, going on from the turn before: what didn't change isn't judged again. */
  public static Judgement judge(
      Declarations declarations, Observation observation, Judgement last, Instant now) {
    return new Judge(declarations, observation, last.next(), Optional.of(last), now).judge();
  }

  private Judgement judge() {
    // Both lists are sorted by name: one walk along them finds everybody's past.
    int before = 0;
    for (DeclaredService service : declarations.services()) {
      while (before < past.size() && isBefore(past.get(before).service(), service.ref())) {
        before++;
      }
      boolean isKnown = before < past.size() && isSame(past.get(before).service(), service.ref());
      List<Evidence> pieces =
          observation instanceof Observation.Rules rules ? rules.of(service.ref()) : List.of();
      evidence.add(pieces);
      if (isKnown && last.isPresent() && isAtRest(last.get(), before, service, pieces)) {
        tracks.add(past.get(before).confirmedAt(now));
        verdicts.add(last.get().services().get(before).confirmedAt(now));
      } else {
        judge(service, pieces, isKnown ? Optional.of(past.get(before)) : Optional.empty());
      }
      if (isKnown) {
        before++;
      }
    }
    return new Judgement(
        declarations, evidence, now, new JudgeState(tracks), verdicts, transitions);
  }

  private boolean isAtRest(
      Judgement turn, int index, DeclaredService service, List<Evidence> pieces) {
    return observation instanceof Observation.Rules
        && isSame(turn.evidence().get(index), pieces)
        && isSame(turn.declarations().services().get(index), service)
        && past.get(index).isCalm(turn.at(), service.policy().judge().clearFor());
  }

  private static boolean isBefore(ServiceRef one, ServiceRef other) {
    return !isSame(one, other) && one.compareTo(other) < 0;
  }

  @SuppressWarnings("ReferenceEquality") // a shortcut: mostly the very same object comes again
  private static boolean isSame(Object one, Object other) {
    return one == other || one.equals(other);
  }

  private void judge(
      DeclaredService service, List<Evidence> pieces, Optional<ServiceTracks> before) {
    ServiceJudge judge = new ServiceJudge(service, observation, pieces, before, now);
    ServiceTracks after = judge.judge();
    tracks.add(after);
    verdicts.add(Recall.verdict(service, after).orElseThrow());
    transitions.addAll(judge.transitions());
  }
}
