package dev.sluice.evaluator.render;

/** What a person should know of a target's rendering. */
public sealed interface RenderNote {

  /** The target: {@code spec.ttftP99Ms}. */
  String field();

  /** What was found, what was done, and what would be accepted. */
  String words();

  /** The threshold lies between two buckets; the one below is judged, which is stricter. */
  record Rounded(String field, String words) implements RenderNote {}

  /** Nothing measures the target; no objective is made of it. */
  record NotMeasurable(String field, String words) implements RenderNote {}

  /** An object of another hand has the name; it stays, and no objective is made of the target. */
  record NameTaken(String field, String words) implements RenderNote {}
}
