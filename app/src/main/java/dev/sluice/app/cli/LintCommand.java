package dev.sluice.app.cli;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.Problem;
import dev.sluice.evaluator.lint.DetectionTable;
import dev.sluice.evaluator.lint.LintFinding;
import dev.sluice.evaluator.lint.LintFinding.Severity;
import dev.sluice.evaluator.lint.LintReport;
import dev.sluice.evaluator.lint.SloLint;
import dev.sluice.model.PromDuration;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice lint}: which objectives can't work, and how long the others take to speak. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "lint",
    description = "Says what can't work in objectives, and how long an outage goes unnoticed.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:no error; there may be warnings", "1:errors", "2:wrong usage"})
final class LintCommand implements Callable<Integer> {

  private static final String CELL = "  %-22s";

  @Spec private CommandSpec spec;
  @Mixin private ManifestArguments arguments;

  @Override
  public Integer call() {
    return arguments.read().map(this::lint).orElse(ExitCode.USAGE);
  }

  private int lint(Manifests manifests) {
    PrintWriter out = spec.commandLine().getOut();
    List<Problem> rejected = manifests.rejected();
    LintReport report = SloLint.check(manifests.sloSheet(), ManifestArguments.SERIES);
    rejected.forEach(problem -> out.println(Severity.ERROR + " " + problem));
    report.findings().forEach(out::println);
    if (!report.tables().isEmpty()) {
      printTables(out, report.tables());
    }
    long errors = rejected.size() + count(report.findings(), Severity.ERROR);
    long warnings = count(report.findings(), Severity.WARNING);
    out.printf(
        "%s, %s, %s%n",
        counted(report.tables().size(), "objective"),
        counted(errors, "error"),
        counted(warnings, "warning"));
    out.flush();
    return errors == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private static long count(List<LintFinding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static void printTables(PrintWriter out, List<DetectionTable> tables) {
    String heading = "from outage to alert";
    int width =
        tables.stream()
            .mapToInt(table -> table.objective().toString().length())
            .reduce(heading.length(), Math::max);
    String name = "%-" + width + "s";
    StringBuilder lines = new StringBuilder(name.formatted(heading));
    DetectionTable.ERROR_PERCENTS.forEach(
        percent -> lines.append(CELL.formatted(percent + "% fail")));
    for (DetectionTable table : tables) {
      lines.append('\n').append(name.formatted(table.objective()));
      table.rows().forEach(row -> lines.append(CELL.formatted(cell(row))));
    }
    lines.toString().lines().map(String::stripTrailing).forEach(out::println);
  }

  private static String cell(DetectionTable.Row row) {
    return row.breach()
        .map(LintCommand::cell)
        .or(() -> row.risk().map(risk -> "AtRisk " + cell(risk)))
        .orElse("never");
  }

  private static String cell(DetectionTable.Detection detection) {
    return PromDuration.format(detection.after())
        + " "
        + detection.tier().name().toLowerCase(Locale.ROOT);
  }
}
