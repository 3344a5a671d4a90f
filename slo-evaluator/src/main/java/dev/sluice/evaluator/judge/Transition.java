package dev.sluice.evaluator.judge;

import dev.sluice.model.Subject;
import dev.sluice.model.Verdict;
import java.util.Optional;

/**
 * A subject's verdict changed its state, or an Unknown its cause.
 *
 * @param before empty for a subject seen for the first time
 */
public record Transition(Subject subject, Optional<Verdict> before, Verdict after) {}
