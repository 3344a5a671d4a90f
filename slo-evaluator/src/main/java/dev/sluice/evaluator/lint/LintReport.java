package dev.sluice.evaluator.lint;

import java.util.List;

/**
 * What the lint says.
 *
 * @param findings the errors first, then by object and field
 * @param tables one for each objective that can be judged, by name
 */
public record LintReport(List<LintFinding> findings, List<DetectionTable> tables) {

  public LintReport {
    findings = List.copyOf(findings);
    tables = List.copyOf(tables);
  }
}
