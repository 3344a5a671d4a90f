package dev.sluice.foreman.dispatch;

import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import java.time.Instant;
import java.util.Optional;

/**
 * How a service stands: all that a decision about it is made from.
 *
 * @param service the service
 * @param verdict of the service as a whole; a slow replica alone defers nothing
 * @param rules what the verdict leads to
 * @param evidenceAt when Prometheus last gave usable evidence, if it is known
 */
public record Standing(
    ServiceRef service, Verdict verdict, DispatchRules rules, Optional<Instant> evidenceAt) {

  /** How the service stands by this verdict. */
  public static Standing of(ServiceVerdict verdict) {
    return new Standing(
        verdict.service(),
        verdict.verdict(),
        DispatchRules.of(verdict.policy()),
        verdict.evidenceAt());
  }

  /** The same, of which it isn't known how old the evidence is. */
  public Standing withoutEvidenceTime() {
    return new Standing(service, verdict, rules, Optional.empty());
  }
}
