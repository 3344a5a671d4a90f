package dev.sluice.evaluator.render;

import dev.sluice.model.ServiceRef;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The targets of an InferenceSLO, checked.
 *
 * @param name the InferenceSLO's own name; its namespace is the service's
 * @param service the InferenceService the targets are for
 * @param window over how long the budgets last
 * @param ttftP99Ms 99% of requests see their first token within this many milliseconds
 * @param errorBudget this share of requests may fail, in (0, 0.5]
 * @param minThroughputTokS 95% of requests are generated at this many tokens a second or more
 */
public record InferenceSloSpec(
    String name,
    ServiceRef service,
    Duration window,
    OptionalInt ttftP99Ms,
    OptionalDouble errorBudget,
    OptionalInt minThroughputTokS) {

  /** How messages name it: {@code InferenceSLO default/qwen}. */
  public String object() {
    return "InferenceSLO " + service.namespace() + "/" + name;
  }
}
