package dev.sluice.demo.report;

import dev.sluice.demo.report.Run.Phase;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** A run as the table that ends the terminal's output. */
public final class Summary {

  private static final String ROW = "  %-28s %12s %12s %12s%n";

  private final StringBuilder out = new StringBuilder();
  private final Run run;

  private Summary(Run run) {
    this.run = run;
  }

  /** The figures of {@code run}, then each claim with its verdict. */
  public static String write(Run run, List<Claim> claims) {
    return new Summary(run).table(claims);
  }

  private String table(List<Claim> claims) {
    out.append(String.format(Locale.ROOT, ROW, "", "before", "during", "after"));
    for (String name : run.expected().names()) {
      row("served by " + name, phase -> Claims.percent(phase.shareOf(name)));
    }
    row("client TTFT p99", phase -> String.format(Locale.ROOT, "%.0f ms", phase.ttftP99Ms()));
    row("dispatch", Phase::dispatch);
    out.append(
        String.format(
            Locale.ROOT,
            "%n  fault -> alert %s, alert -> verdict %s, verdict -> shifted %s, cure -> recovered %s%n%n",
            seconds(run.seconds().injectToFiring()),
            seconds(run.seconds().firingToVerdict()),
            seconds(run.seconds().verdictToShifted()),
            seconds(run.seconds().healToRecovered())));
    for (Claim claim : claims) {
      out.append(
          String.format(
              Locale.ROOT,
              "  %-4s %s: %s%n",
              claim.held() ? "ok" : "FAIL",
              claim.name(),
              claim.figures()));
    }
    return out.toString();
  }

  private void row(String name, Function<Phase, String> value) {
    out.append(
        String.format(
            Locale.ROOT,
            ROW,
            name,
            cell(run.phases().before(), value),
            cell(run.phases().during(), value),
            cell(run.phases().after(), value)));
  }

  private static String cell(Optional<Phase> phase, Function<Phase, String> value) {
    return phase.map(value).orElse("-");
  }

  private static String seconds(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.1f s", value.getAsDouble()) : "-";
  }
}
