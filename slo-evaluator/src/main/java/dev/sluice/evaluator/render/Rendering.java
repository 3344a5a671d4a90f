package dev.sluice.evaluator.render;

import dev.sluice.model.ObjectiveRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What becomes of one InferenceSLO.
 *
 * @param objectives the Pyrra objects, one per target that is measured
 * @param notes what was rounded, and which targets have no object, and why
 */
public record Rendering(List<RenderedSlo> objectives, List<RenderNote> notes) {

  public Rendering {
    objectives = List.copyOf(objectives);
    notes = List.copyOf(notes);
  }

  /** Without the objects whose names objects of another hand have. */
  public Rendering without(Set<ObjectiveRef> taken) {
    List<RenderedSlo> free = new ArrayList<>();
    List<RenderNote> more = new ArrayList<>(notes);
    for (RenderedSlo rendered : objectives) {
      ObjectiveRef ref = rendered.slo().ref();
      if (taken.contains(ref)) {
        more.add(
            new RenderNote.NameTaken(
                rendered.field(),
                "ServiceLevelObjective "
                    + ref
                    + " isn't managed by Sluice and stays as it is, so this target isn't rendered"
                    + " (expected: another name for it, or no target here)"));
      } else {
        free.add(rendered);
      }
    }
    return new Rendering(free, more);
  }
}
