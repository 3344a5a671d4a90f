package dev.sluice.evaluator.lint;

import dev.sluice.evaluator.declare.ObjectiveResolver;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.declare.Resolution;
import dev.sluice.evaluator.lint.LintFinding.Severity;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.evaluator.render.PyrraRenderer;
import dev.sluice.evaluator.render.RenderNote;
import dev.sluice.evaluator.render.RenderedSlo;
import dev.sluice.evaluator.render.Rendering;
import dev.sluice.evaluator.render.SeriesCatalog;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Checks everything declared of objectives: whether its alerts can fire, whether its thresholds and
 * targets are measured, and whether two objects fight for one name.
 */
public final class SloLint {

  private final SloSheet sheet;
  private final SeriesCatalog catalog;
  private final Set<ObjectiveRef> taken;
  private final List<LintFinding> findings = new ArrayList<>();
  private final SortedMap<ObjectiveRef, DetectionTable> tables = new TreeMap<>();
  private final Map<ObjectiveRef, PyrraSlo> written = new HashMap<>();
  private final Map<ServiceRef, InferenceSloSpec> owners = new HashMap<>();

  private SloLint(SloSheet sheet, SeriesCatalog catalog) {
    this.sheet = sheet;
    this.catalog = catalog;
    taken = sheet.taken();
    sheet.objectives().forEach(slo -> written.put(slo.ref(), slo));
  }

  /** Checks {@code sheet}; {@code catalog} says which series there are. */
  public static LintReport check(SloSheet sheet, SeriesCatalog catalog) {
    return new SloLint(sheet, catalog).check();
  }

  private LintReport check() {
    sheet.slos().forEach(this::inferenceSlo);
    written.values().forEach(this::objective);
    findings.sort(
        Comparator.comparing(LintFinding::severity)
            .thenComparing(LintFinding::object)
            .thenComparing(LintFinding::field)
            .thenComparing(LintFinding::words));
    return new LintReport(findings, List.copyOf(tables.values()));
  }

  private void inferenceSlo(InferenceSloSpec spec) {
    InferenceSloSpec owner = owners.putIfAbsent(spec.service(), spec);
    if (owner != null) {
      error(
          spec.object(),
          "spec.targetRef.name",
          "\"%s\" has %s already, and both would render the same names (expected: one InferenceSLO)"
              .formatted(spec.service().name(), owner.object()));
      return;
    }
    if (!sheet.runtimes().containsKey(spec.service())) {
      warn(
          spec.object(),
          "spec.targetRef.name",
          "\"%s\" isn't among these objects, so its runtime is taken as %s (expected: the"
                  .formatted(spec.service().name(), ServingRuntime.GENERIC.word())
              + " InferenceService beside it)");
    }
    ServingRuntime runtime = sheet.runtimes().getOrDefault(spec.service(), ServingRuntime.GENERIC);
    Rendering rendering = PyrraRenderer.render(spec, runtime, catalog).without(taken);
    rendering.notes().forEach(note -> note(spec, note));
    rendering.objectives().forEach(rendered -> rendered(spec, rendered));
  }

  private void note(InferenceSloSpec spec, RenderNote note) {
    switch (note) {
      case RenderNote.Rounded(String field, String words) -> warn(spec.object(), field, words);
      case RenderNote.NameTaken(String field, String words) -> warn(spec.object(), field, words);
      case RenderNote.NotMeasurable(String field, String words) ->
          error(spec.object(), field, words);
    }
  }

  private void rendered(InferenceSloSpec spec, RenderedSlo rendered) {
    PyrraSlo ours = written.remove(rendered.slo().ref());
    if (ours != null && !ours.equals(rendered.slo())) {
      warn(
          object(ours),
          "spec",
          "differs from what %s renders now (expected: what `sluice render` prints)"
              .formatted(spec.object()));
    }
    reach(spec, rendered).ifPresent(findings::add);
    if (ObjectiveResolver.resolve(rendered.slo())
        instanceof Resolution.Resolved(Objective objective)) {
      tables.put(objective.ref(), DetectionTable.of(objective));
    }
  }

  /** Which alerts of a rendered objective can never fire; its target is to blame. */
  public static Optional<LintFinding> reach(InferenceSloSpec spec, RenderedSlo rendered) {
    return ObjectiveResolver.resolve(rendered.slo())
            instanceof Resolution.Resolved(Objective objective)
        ? ObjectiveLint.tiers(spec.object(), rendered.field(), objective)
        : Optional.empty();
  }

  private void objective(PyrraSlo slo) {
    switch (ObjectiveResolver.resolve(slo)) {
      case Resolution.Resolved(Objective objective) -> {
        ObjectiveLint.tiers(object(slo), "spec.target", objective).ifPresent(findings::add);
        tables.put(objective.ref(), DetectionTable.of(objective));
        findings.addAll(ObjectiveLint.threshold(slo, catalog).stream().toList());
        Optional.ofNullable(sheet.runtimes().get(objective.service()))
            .flatMap(runtime -> ObjectiveLint.exporter(slo, runtime))
            .ifPresent(findings::add);
      }
      case Resolution.Invalid(String field, String words) ->
          // The resolver's sentence begins with the object and the field.
          error(object(slo), field, words.replace(object(slo) + ": " + field + ": ", ""));
      case Resolution.NotOurs _ -> {}
    }
  }

  static String object(PyrraSlo slo) {
    return "ServiceLevelObjective " + slo.ref();
  }

  private void error(String object, String field, String words) {
    findings.add(new LintFinding(Severity.ERROR, object, field, words));
  }

  private void warn(String object, String field, String words) {
    findings.add(new LintFinding(Severity.WARNING, object, field, words));
  }
}
