package dev.sluice.model;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one objective said when a verdict was reached.
 *
 * @param objective the Pyrra object
 * @param tier the most urgent tier concerned, if an alert is
 * @param burnRate over the fast tier's short window, in multiples of the budget
 * @param words one sentence for a person
 */
public record Finding(
    ObjectiveRef objective, Optional<BurnRateTier> tier, OptionalDouble burnRate, String words) {}
