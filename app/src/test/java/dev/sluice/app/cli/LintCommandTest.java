package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.evaluator.lint.SloLint;
import dev.sluice.evaluator.lint.SloSheet;
import dev.sluice.evaluator.render.PyrraRenderer;
import dev.sluice.evaluator.render.RenderedSlo;
import dev.sluice.evaluator.render.ServingRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lint} and {@code render}, on files. */
class LintCommandTest {

  private static final String MANIFESTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen}
      spec: {modelRef: qwen, runtime: vllm}
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: InferenceSLO
      metadata: {name: qwen}
      spec: {targetRef: {name: qwen}, ttftP99Ms: 500, errorBudget: 0.5%, minThroughputTokS: 40}
      """;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void whatWorksEndsInTheTableAndExit0() throws IOException {
    write(MANIFESTS);

    assertThat(execute("lint", folder.toString())).isZero();
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            from outage to alert     100% fail               50% fail                10% fail
            default/qwen-errors      6m12s fast              10m24s fast             44m fast
            default/qwen-throughput  44m fast                4h27m medium            AtRisk 51h long
            default/qwen-ttft        10m24s fast             18m48s fast             4h27m medium
            3 objectives, 0 errors, 0 warnings
            """);
  }

  @Test
  void aWarningIsNoFailure() throws IOException {
    write(MANIFESTS.replace("500", "600"));

    assertThat(execute("lint", folder.toString())).isZero();
    assertThat(out.toString())
        .contains("WARNING InferenceSLO default/qwen: spec.ttftP99Ms: 600 ms is no bucket of")
        .contains("3 objectives, 0 errors, 1 warning");
  }

  @Test
  void anErrorEndsInExit1() throws IOException {
    write(MANIFESTS.replace("runtime: vllm", "runtime: sglang").replace("500", "400"));

    assertThat(execute("lint", folder.resolve("all.yaml").toString())).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("ERROR InferenceSLO default/qwen: spec.minThroughputTokS: nothing measures")
        .contains("2 objectives, 1 error, 0 warnings");
  }

  @Test
  void aRejectedValueNamesItsPlace() throws IOException {
    Path file = write(MANIFESTS.replace("0.5%", "90%"));

    assertThat(execute("lint", file.toString())).isEqualTo(1);
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            "ERROR "
                + file
                + ":9: InferenceSLO default/qwen: spec.errorBudget: \"90%\" (expected: above 0% and"
                + " at most 50%, like 0.5%)\n0 objectives, 1 error, 0 warnings\n");
  }

  @Test
  void aFileThatIsNoTextIsNamed() throws IOException {
    Path file = Files.write(folder.resolve("all.yaml"), new byte[] {(byte) 0xff, 0x00});

    assertThat(execute("lint", folder.toString())).isEqualTo(1);
    assertThat(out.toString()).startsWith("ERROR " + file + ": can't be read: ");
  }

  @Test
  void aPathThatLeadsNowhereIsWrongUsage() {
    assertThat(execute("lint", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none: can't be read (expected: a file or a folder)");
  }

  @Test
  void whatIsRenderedReadsBackAsWhatWasMeant() throws IOException {
    write(MANIFESTS);

    int exit = execute("render", folder.toString());

    Manifests source = Manifests.NONE.read("all.yaml", MANIFESTS);
    SloSheet both = source.read("rendered.yaml", out.toString()).sloSheet();
    assertThat(exit).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString()).contains("partial_response_strategy: \"\"");
    assertThat(both.objectives())
        .isEqualTo(
            PyrraRenderer.render(
                    both.slos().getFirst(), ServingRuntime.VLLM, ManifestArguments.SERIES)
                .objectives()
                .stream()
                .map(RenderedSlo::slo)
                .toList());
    assertThat(SloLint.check(both, ManifestArguments.SERIES).findings()).isEmpty();
  }

  @Test
  void anObjectiveOfAnotherHandIsNotPrintedOver() throws IOException {
    write(MANIFESTS);
    Files.writeString(
        folder.resolve("mine.yaml"),
        """
        apiVersion: pyrra.dev/v1alpha1
        kind: ServiceLevelObjective
        metadata: {name: qwen-ttft}
        spec: {target: "99", window: 28d, indicator: {bool_gauge: {metric: up}}}
        """);

    assertThat(execute("render", folder.toString())).isZero();
    assertThat(out.toString()).contains("name: \"qwen-errors\"").doesNotContain("qwen-ttft");
    assertThat(err.toString())
        .startsWith(
            "InferenceSLO default/qwen: spec.ttftP99Ms: ServiceLevelObjective default/qwen-ttft"
                + " isn't managed by Sluice and stays as it is");
  }

  @Test
  void aTargetThatCannotBeRenderedIsSaidAndTheOthersArePrinted() throws IOException {
    write(MANIFESTS.replace("runtime: vllm", "runtime: tgi"));

    assertThat(execute("render", folder.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("name: \"qwen-ttft\"", "name: \"qwen-errors\"");
    assertThat(err.toString())
        .startsWith("InferenceSLO default/qwen: spec.minThroughputTokS: nothing measures");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("all.yaml"), text);
  }

  private int execute(String... arguments) {
    return Cli.create(
            settings -> {
              throw new AssertionError("started with " + settings);
            })
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
