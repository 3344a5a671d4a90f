package dev.sluice.evaluator.render;

import java.util.List;

/**
 * What becomes of one InferenceSLO.
 *
 * @param objectives the Pyrra objects, one per target that is measured
 * @param notes what was rounded, and what can't be measured
 */
public record Rendering(List<RenderedSlo> objectives, List<RenderNote> notes) {

  public Rendering {
    objectives = List.copyOf(objectives);
    notes = List.copyOf(notes);
  }
}
