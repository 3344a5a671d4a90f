package dev.sluice.evaluator.judge;

import dev.sluice.evaluator.judge.Assessment.Urgency;
import dev.sluice.model.Evidence;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One service's turn: its replicas one by one, then the whole. */
final class ServiceJudge {

  private final DeclaredService declared;
  private final Observation observation;
  private final Optional<ServiceTracks> before;
  private final Instant now;
  private final List<Evidence> evidence;
  private final List<Transition> transitions = new ArrayList<>();

  ServiceJudge(
      DeclaredService declared,
      Observation observation,
      List<Evidence> evidence,
      Optional<ServiceTracks> before,
      Instant now) {
    this.declared = declared;
    this.observation = observation;
    this.before = before;
    this.now = now;
    this.evidence = evidence;
  }

  ServiceTracks judge() {
    SortedMap<String, Track> replicas = new TreeMap<>();
    for (String name : replicas()) {
      judge(new Subject.Replica(declared.ref(), name))
          .ifPresent(track -> replicas.put(name, track));
    }
    Subject whole = new Subject.Whole(declared.ref());
    Track track =
        turn(whole, before.map(ServiceTracks::whole), everyReplica(replicas, read(whole)));
    return new ServiceTracks(declared.ref(), track, replicas);
  }

  /** What changed, the replicas first. */
  List<Transition> transitions() {
    return transitions;
  }

  private SortedSet<String> replicas() {
    SortedSet<String> names = new TreeSet<>();
    before.ifPresent(tracks -> names.addAll(tracks.replicas().keySet()));
    for (Evidence piece : evidence) {
      if (piece.subject() instanceof Subject.Replica replica) {
        names.add(replica.name());
      }
    }
    return names;
  }

  /** A replica nothing is known of any more is forgotten, once nothing is held for it. */
  private Optional<Track> judge(Subject.Replica replica) {
    Optional<Track> last =
        before.flatMap(tracks -> Optional.ofNullable(tracks.replicas().get(replica.name())));
    VerdictState acting = last.map(t -> t.actingState(now)).orElse(VerdictState.UNKNOWN);
    boolean nothingHeld = acting == VerdictState.UNKNOWN || acting == VerdictState.WITHIN_BUDGET;
    boolean unseen = evidence.stream().noneMatch(piece -> piece.subject().equals(replica));
    if (unseen && nothingHeld && observation instanceof Observation.Rules) {
      return Optional.empty();
    }
    return Optional.of(turn(replica, last, read(replica)));
  }

  private Reading read(Subject subject) {
    List<Objective> asked = declared.objectives();
    if (asked.isEmpty()) {
      // Whatever else is silent: nobody would listen.
      return Reading.silent(UnknownCause.NO_OBJECTIVE, UnknownCause.NO_OBJECTIVE.words());
    }
    if (declared.presence() instanceof Presence.PlannedAbsence absence) {
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
    List<Assessment> assessments = new ArrayList<>(asked.size());
    for (Objective objective : asked) {
      Optional<Evidence> piece = piece(subject, objective.ref());
      if (piece.isPresent()) {
        assessments.add(Assessment.of(objective, piece.get()));
      } else if (subject instanceof Subject.Whole) {
        assessments.add(notYetSeen(objective));
      }
    }
    return assessments.isEmpty()
        ? Reading.silent(
            UnknownCause.METRIC_ABSENT, "no series of replica " + subject, asked.getFirst().ref())
        : Reading.of(assessments);
  }

  // A service has a handful of pieces; an index would cost more than it saves.
  private Optional<Evidence> piece(Subject subject, ObjectiveRef objective) {
    for (Evidence piece : evidence) {
      if (piece.objective().equals(objective) && piece.subject().equals(subject)) {
        return Optional.of(piece);
      }
    }
    return Optional.empty();
  }

  private static Assessment notYetSeen(Objective objective) {
    return Assessment.unusable(
        objective,
        UnknownCause.NO_EVIDENCE_YET,
        "ServiceLevelObjective " + objective.ref() + " wasn't observed yet");
  }

  /** Adds to the service's reading what its replicas say together: breached if each one is. */
  private static Reading everyReplica(SortedMap<String, Track> replicas, Reading reading) {
    if (replicas.isEmpty() || reading.silence().isPresent()) {
      return reading;
    }
    List<Verdict.Breached> breached = new ArrayList<>();
    for (Track track : replicas.values()) {
      if (!(track.verdict().orElse(null) instanceof Verdict.Breached one)) {
        return reading;
      }
      breached.add(one);
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

  private Track turn(Subject subject, Optional<Track> remembered, Reading reading) {
    Track last = remembered.orElseGet(() -> Track.unseen(declared.policy().judge().clearFor()));
    Track next = new SubjectJudge(subject, declared.policy(), now).next(last, reading);
    Verdict after = next.verdict().orElseThrow();
    boolean changed =
        last.verdict().map(verdict -> !verdict.decision().equals(after.decision())).orElse(true);
    if (changed) {
      transitions.add(new Transition(subject, last.verdict(), after));
    }
    return next;
  }
}
