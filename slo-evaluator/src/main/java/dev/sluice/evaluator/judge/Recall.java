package dev.sluice.evaluator.judge;

import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Verdicts as another judge left them, for who serves but doesn't judge. */
public final class Recall {

  private Recall() {}

  /**
   * The remembered verdict of every declared service, with the policy declared now. A service that
   * wasn't judged yet has none.
   */
  public static List<ServiceVerdict> verdicts(Declarations declarations, JudgeState memory) {
    Map<ServiceRef, ServiceTracks> remembered = new HashMap<>();
    memory.services().forEach(tracks -> remembered.put(tracks.service(), tracks));
    return declarations.services().stream()
        .flatMap(
            declared ->
                Optional.ofNullable(remembered.get(declared.ref()))
                    .flatMap(tracks -> verdict(declared, tracks))
                    .stream())
        .toList();
  }

  /** What the tracks of a service say; empty before the first turn. */
  static Optional<ServiceVerdict> verdict(DeclaredService declared, ServiceTracks tracks) {
    return tracks
        .whole()
        .verdict()
        .map(
            verdict ->
                new ServiceVerdict(
                    declared.ref(),
                    verdict,
                    replicas(tracks),
                    declared.policy(),
                    tracks.whole().evidenceAt()));
  }

  private static Map<String, Verdict> replicas(ServiceTracks tracks) {
    Map<String, Verdict> verdicts = new TreeMap<>();
    tracks
        .replicas()
        .forEach((name, track) -> track.verdict().ifPresent(last -> verdicts.put(name, last)));
    return verdicts;
  }
}
