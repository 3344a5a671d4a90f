package dev.sluice.app.cli;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.Problem;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.lint.SloSheet;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.evaluator.render.PyrraRenderer;
import dev.sluice.evaluator.render.RenderNote;
import dev.sluice.evaluator.render.RenderedSlo;
import dev.sluice.evaluator.render.Rendering;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.ObjectiveRef;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
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
    PrintWriter err = spec.commandLine().getErr();
    List<Problem> rejected = manifests.rejected();
    rejected.forEach(err::println);
    boolean complete = rejected.isEmpty();
    SloSheet sheet = manifests.sloSheet();
    Set<ObjectiveRef> foreign = foreign(sheet);
    for (InferenceSloSpec slo : sheet.slos()) {
      ServingRuntime runtime = sheet.runtimes().getOrDefault(slo.service(), ServingRuntime.GENERIC);
      Rendering rendering = PyrraRenderer.render(slo, runtime, ManifestArguments.SERIES);
      for (RenderNote note : rendering.notes()) {
        err.println(slo.object() + ": " + note.field() + ": " + note.words());
        complete &= note instanceof RenderNote.Rounded;
      }
      rendering.objectives().forEach(rendered -> print(slo, rendered, foreign));
    }
    spec.commandLine().getOut().flush();
    return complete ? ExitCode.OK : ExitCode.FAILED;
  }

  private void print(InferenceSloSpec source, RenderedSlo rendered, Set<ObjectiveRef> foreign) {
    CommandLine command = spec.commandLine();
    ObjectiveRef ref = rendered.slo().ref();
    if (foreign.contains(ref)) {
      command
          .getErr()
          .printf(
              "%s: %s: ServiceLevelObjective %s isn't managed by Sluice and stays as it is"
                  + " (expected: another name for it, or no target here)%n",
              source.object(), rendered.field(), ref);
    } else {
      command.getOut().print(PyrraYaml.write(rendered));
    }
  }

  /** The objectives of another hand; one of ours beside them is printed anew. */
  private static Set<ObjectiveRef> foreign(SloSheet sheet) {
    return sheet.objectives().stream()
        .filter(
            slo ->
                !PyrraRenderer.MANAGED_BY.equals(slo.labels().get(PyrraRenderer.MANAGED_BY_LABEL)))
        .map(PyrraSlo::ref)
        .collect(Collectors.toSet());
  }
}
