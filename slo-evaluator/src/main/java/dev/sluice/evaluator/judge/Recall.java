package dev.sluice.evaluator.judge;

import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Subject;
import dev.sluice.model.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Verdicts as another judge left them, for who serves but doesn't judge. */
public final class Recall {

  private Recall() {}

  /**
   * The remembered verdict of every declared service, with the policy declared now. A service that
   * wasn't judged yet has none.
   */
  public static SortedMap<ServiceRef, ServiceVerdict> verdicts(
      Declarations declarations, JudgeState memory) {
    Map<ServiceRef, Map<String, Verdict>> replicas = new HashMap<>();
    memory
        .tracks()
        .forEach(
            (subject, track) -> {
              Optional<String> replica = subject.replica();
              if (replica.isPresent() && track.verdict().isPresent()) {
                replicas
                    .computeIfAbsent(subject.service(), _ -> new TreeMap<>())
                    .put(replica.get(), track.verdict().get());
              }
            });
    SortedMap<ServiceRef, ServiceVerdict> services = new TreeMap<>();
    for (ServiceRef service : declarations.services().keySet()) {
      memory
          .find(new Subject.Whole(service))
          .flatMap(
              track ->
                  track
                      .verdict()
                      .map(
                          verdict ->
                              new ServiceVerdict(
                                  service,
                                  verdict,
                                  replicas.getOrDefault(service, Map.of()),
                                  declarations.policy(service),
                                  track.evidenceAt())))
          .ifPresent(verdict -> services.put(service, verdict));
    }
    return services;
  }
}
