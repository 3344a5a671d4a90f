package dev.sluice.evaluator.lint;

/**
 * Something found wrong.
 *
 * @param severity how bad it is
 * @param object kind, namespace and name: {@code ServiceLevelObjective default/qwen-ttft}
 * @param field path of the field at fault
 * @param words what was found, with the number, and what would be accepted
 */
public record LintFinding(Severity severity, String object, String field, String words) {

  /** How bad a finding is. */
  public enum Severity {
    /** It can't work: nothing is measured, or no breach can ever be found. */
    ERROR,
    /** It works, but not as its author may believe. */
    WARNING
  }

  /** {@code WARNING InferenceSLO default/qwen: spec.ttftP99Ms: 450 ms is no bucket ...}. */
  @Override
  public String toString() {
    return severity + " " + object + ": " + field + ": " + words;
  }
}
