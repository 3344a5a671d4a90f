package dev.sluice.evaluator.render;

import dev.sluice.evaluator.declare.PyrraSlo;
import java.util.Map;

/**
 * One Pyrra ServiceLevelObjective to be applied.
 *
 * @param field the target it is made of: {@code spec.errorBudget}
 * @param slo the object
 * @param annotations {@code metadata.annotations}
 */
public record RenderedSlo(String field, PyrraSlo slo, Map<String, String> annotations) {

  public RenderedSlo {
    annotations = Map.copyOf(annotations);
  }
}
