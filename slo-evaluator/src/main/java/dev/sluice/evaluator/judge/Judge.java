package dev.sluice.evaluator.judge;

import dev.sluice.evaluator.judge.Assessment.Urgency;
import dev.sluice.model.Evidence;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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
 */
public final class Judge {

  /**
   * How long a verdict stands without new evidence: three polls of 5 s, so that one missed poll or
   * a rule reload changes nothing.
   */
  public static final Duration GRACE = Duration.ofSeconds(15);

  private final Declarations declarations;
  private final Observation observation;
  private final JudgeState previous;
  private final Instant now;
  private final Map<Subject, List<Evidence>> evidence = new HashMap<>();
  private final Map<ServiceRef, List<Objective>> objectives = new HashMap<>();
  private final Map<ServiceRef, SortedSet<Subject>> replicas = new HashMap<>();
  private final SortedMap<Subject, Track> tracks = new TreeMap<>();
  private final List<Transition> transitions = new ArrayList<>();

  private Judge(
      Declarations declarations, Observation observation, JudgeState previous, Instant now) {
    this.declarations = declarations;
    this.observation = observation;
    this.previous = previous;
    this.now = now;
  }

  /** Judges every declared service. */
  public static Judgement judge(
      Declarations declarations, Observation observation, JudgeState previous, Instant now) {
    return new Judge(declarations, observation, previous, now).judge();
  }

  private Judgement judge() {
    index();
    SortedMap<ServiceRef, ServiceVerdict> services = new TreeMap<>();
    declarations
        .services()
        .forEach((service, presence) -> services.put(service, judge(service, presence)));
    return new Judgement(new JudgeState(tracks), services, transitions);
  }

  private void index() {
    declarations
        .objectives()
        .values()
        .forEach(o -> objectives.computeIfAbsent(o.service(), _ -> new ArrayList<>()).add(o));
    previous.tracks().keySet().forEach(this::indexReplica);
    if (observation instanceof Observation.Rules rules) {
      for (Evidence piece : rules.evidence()) {
        evidence.computeIfAbsent(piece.subject(), _ -> new ArrayList<>()).add(piece);
        indexReplica(piece.subject());
      }
    }
  }

  private void indexReplica(Subject subject) {
    if (subject instanceof Subject.Replica replica) {
      replicas.computeIfAbsent(replica.service(), _ -> new TreeSet<>()).add(replica);
    }
  }

  private ServiceVerdict judge(ServiceRef service, Presence presence) {
    SloPolicy policy = declarations.policy(service);
    Map<String, Verdict> byReplica = new TreeMap<>();
    for (Subject replica : replicas.getOrDefault(service, new TreeSet<>())) {
      judgeReplica(replica, presence, policy)
          .ifPresent(verdict -> byReplica.put(replica.replica().orElseThrow(), verdict));
    }
    Subject whole = new Subject.Whole(service);
    Track track = turn(whole, everyReplica(service, read(whole, presence)), policy);
    return new ServiceVerdict(
        service, track.verdict().orElseThrow(), byReplica, policy, track.evidenceAt());
  }

  /** A replica nothing is known of any more is forgotten, once nothing is held for it. */
  private Optional<Verdict> judgeReplica(Subject replica, Presence presence, SloPolicy policy) {
    boolean unseen = !evidence.containsKey(replica);
    VerdictState acting =
        previous.find(replica).map(t -> t.actingState(now)).orElse(VerdictState.UNKNOWN);
    boolean nothingHeld = acting == VerdictState.UNKNOWN || acting == VerdictState.WITHIN_BUDGET;
    if (unseen && nothingHeld && observation instanceof Observation.Rules) {
      return Optional.empty();
    }
    return turn(replica, read(replica, presence), policy).verdict();
  }

  private Reading read(Subject subject, Presence presence) {
    List<Objective> asked = objectives.getOrDefault(subject.service(), List.of());
    if (asked.isEmpty()) {
      // Whatever else is silent: nobody would listen.
      return Reading.silent(UnknownCause.NO_OBJECTIVE, UnknownCause.NO_OBJECTIVE.words());
    }
    if (presence instanceof Presence.PlannedAbsence absence) {
      return Reading.silent(
          UnknownCause.PLANNED_ABSENCE,
          "InferenceService " + subject + " is " + absence.words(),
          asked.getFirst().ref());
    }
    return switch (observation) {
      case Observation.Failed failed ->
          Reading.silent(UnknownCause.SOURCE_UNREACHABLE, failed.words(), asked.getFirst().ref());
      case Observation.Rules _ -> read(subject, asked);
    };
  }

  private Reading read(Subject subject, List<Objective> asked) {
    Map<ObjectiveRef, Evidence> pieces = new HashMap<>();
    evidence.getOrDefault(subject, List.of()).forEach(p -> pieces.put(p.objective(), p));
    List<Assessment> assessments = new ArrayList<>();
    for (Objective objective : asked) {
      Evidence piece = pieces.get(objective.ref());
      if (piece != null) {
        assessments.add(Assessment.of(objective, piece));
      } else if (subject instanceof Subject.Whole) {
        assessments.add(notYetSeen(objective));
      }
    }
    return assessments.isEmpty()
        ? Reading.silent(
            UnknownCause.METRIC_ABSENT, "no series of replica " + subject, asked.getFirst().ref())
        : Reading.of(assessments);
  }

  private static Assessment notYetSeen(Objective objective) {
    return Assessment.unusable(
        objective,
        UnknownCause.NO_EVIDENCE_YET,
        "ServiceLevelObjective " + objective.ref() + " wasn't observed yet");
  }

  /** Adds to the service's reading what its replicas say together: breached if each one is. */
  private Reading everyReplica(ServiceRef service, Reading reading) {
    if (reading.silence().isPresent()) {
      return reading;
    }
    List<Verdict.Breached> breached = new ArrayList<>();
    for (Subject replica : replicas.getOrDefault(service, new TreeSet<>())) {
      Track track = tracks.get(replica);
      if (track == null) {
        continue;
      }
      if (!(track.verdict().orElse(null) instanceof Verdict.Breached one)) {
        return reading;
      }
      breached.add(one);
    }
    if (breached.isEmpty()) {
      return reading;
    }
    ObjectiveRef cause = breached.getFirst().objective().orElseThrow();
    return Reading.of(
        reading.assessments().stream()
            .map(
                one ->
                    one.objective().equals(cause) && one.urgency() != Urgency.UNUSABLE
                        ? one.firingInEveryReplica(breached.getFirst().tier())
                        : one)
            .toList());
  }

  private Track turn(Subject subject, Reading reading, SloPolicy policy) {
    Optional<Track> remembered = previous.find(subject);
    Track before = remembered.orElseGet(() -> Track.unseen(policy.judge().clearFor()));
    Track next = new SubjectJudge(subject, policy, now).next(before, reading);
    tracks.put(subject, next);
    Verdict after = next.verdict().orElseThrow();
    boolean changed =
        before.verdict().map(last -> !last.decision().equals(after.decision())).orElse(true);
    if (changed) {
      transitions.add(new Transition(subject, before.verdict(), after));
    }
    return next;
  }
}
