package dev.sluice.app.cli;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.Problem;
import dev.sluice.evaluator.lint.SloSheet;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.evaluator.render.PyrraRenderer;
import dev.sluice.evaluator.render.RenderNote;
import dev.sluice.evaluator.render.Rendering;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.ObjectiveRef;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice render}: the Pyrra objectives of InferenceSLOs. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "render",
    description = "Prints the Pyrra objectives that measure the targets of InferenceSLOs.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every target is rendered",
      "1:a value was rejected, or nothing measures a target; what could be rendered is printed",
      "2:wrong usage"
    })
final class RenderCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ManifestArguments arguments;

  @Override
  public Integer call() {
    return arguments.read().map(this::render).orElse(ExitCode.USAGE);
  }

  private int render(Manifests manifests) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<Problem> rejected = manifests.rejected();
    rejected.forEach(err::println);
    boolean complete = rejected.isEmpty();
    SloSheet sheet = manifests.sloSheet();
    Set<ObjectiveRef> taken = sheet.taken();
    for (InferenceSloSpec slo : sheet.slos()) {
      ServingRuntime runtime = sheet.runtimes().getOrDefault(slo.service(), ServingRuntime.GENERIC);
      Rendering rendering =
          PyrraRenderer.render(slo, runtime, ManifestArguments.SERIES).without(taken);
      for (RenderNote note : rendering.notes()) {
        err.println(slo.object() + ": " + note.field() + ": " + note.words());
        complete &= !(note instanceof RenderNote.NotMeasurable);
      }
      rendering.objectives().forEach(rendered -> out.print(PyrraYaml.write(rendered)));
    }
    out.flush();
    return complete ? ExitCode.OK : ExitCode.FAILED;
  }
}
