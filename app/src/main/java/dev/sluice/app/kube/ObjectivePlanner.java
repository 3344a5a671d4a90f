package dev.sluice.app.kube;

import dev.sluice.app.kube.TargetsReport.Fault;
import dev.sluice.app.kube.TargetsReport.Reason;
import dev.sluice.app.manifests.ObjectiveDocument;
import dev.sluice.app.manifests.Problem;
import dev.sluice.evaluator.lint.LintFinding;
import dev.sluice.evaluator.lint.SloLint;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.evaluator.render.PyrraRenderer;
import dev.sluice.evaluator.render.RenderNote;
import dev.sluice.evaluator.render.RenderedSlo;
import dev.sluice.evaluator.render.Rendering;
import dev.sluice.evaluator.render.SeriesCatalog;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes one {@link ObjectivePlan}. An objective is ours by its label, and is deleted only if it
 * also names an InferenceSLO as its controller: what {@code sluice render} printed and a person
 * applied is adopted by a target that wants it, and otherwise left alone.
 *
 * <p>Nothing is deleted on account of an InferenceSLO that can't be read now, or whose service
 * isn't there: its objectives stay as they are.
 */
final class ObjectivePlanner {

  private static final WatchedKind PYRRA = WatchedKind.SERVICE_LEVEL_OBJECTIVE;

  private final Targets targets;
  private final SeriesCatalog catalog;
  private final Map<ObjectKey, LiveObjective> live = new HashMap<>();
  private final Set<ObjectiveRef> taken;
  private final Map<String, List<Problem>> problems;
  private final Map<ObjectKey, InferenceSloSpec> specs = new LinkedHashMap<>();
  private final Set<ServiceRef> served = new HashSet<>();

  private final Set<ObjectKey> wanted = new HashSet<>();
  private final Set<ObjectKey> untouched = new HashSet<>();
  private final List<ObjectiveWrite> writes = new ArrayList<>();
  private final List<TargetsReport> reports = new ArrayList<>();

  ObjectivePlanner(Targets targets, SeriesCatalog catalog) {
    this.targets = targets;
    this.catalog = catalog;
    targets
        .objects()
        .forEach(
            (key, object) -> {
              if (key.kind() == PYRRA) {
                live.put(key, LiveObjective.of(object));
              }
            });
    taken =
        live.values().stream()
            .filter(objective -> !objective.isOurs())
            .map(objective -> objective.object().key())
            .map(key -> new ObjectiveRef(key.namespace(), key.name()))
            .collect(Collectors.toUnmodifiableSet());
    problems = targets.problems().stream().collect(Collectors.groupingBy(Problem::object));
    for (InferenceSloSpec spec : targets.sheet().slos()) {
      specs.put(
          new ObjectKey(WatchedKind.INFERENCE_SLO, spec.service().namespace(), spec.name()), spec);
    }
  }

  ObjectivePlan plan() {
    if (targets.missing(WatchedKind.INFERENCE_SLO).isPresent()) {
      // Not seen isn't deleted.
      return new ObjectivePlan(List.of(), List.of());
    }
    // The accepted ones in the order of their names: the first one of a service has its targets.
    specs.keySet().stream()
        .map(targets.objects()::get)
        .flatMap(slo -> Optional.ofNullable(slo).stream())
        .forEach(this::inferenceSlo);
    targets.objects().values().stream()
        .filter(object -> object.key().kind() == WatchedKind.INFERENCE_SLO)
        .filter(object -> !specs.containsKey(object.key()))
        .forEach(this::inferenceSlo);
    live.values().forEach(this::deleteUnwanted);
    return new ObjectivePlan(writes, reports);
  }

  private void inferenceSlo(KubeObject slo) {
    Draft draft = new Draft(slo);
    for (Problem problem : problems.getOrDefault(slo.key().toString(), List.of())) {
      draft.fault(Reason.INVALID_TARGET, problem.field(), problem.words());
    }
    Optional<InferenceSloSpec> spec = Optional.ofNullable(specs.get(slo.key()));
    Optional<ServingRuntime> runtime =
        spec.map(InferenceSloSpec::service).map(targets.sheet().runtimes()::get);
    if (runtime.isEmpty()) {
      untouched.add(slo.key());
    } else if (served.add(spec.orElseThrow().service())) {
      targets
          .missing(PYRRA)
          .ifPresent(words -> draft.fault(Reason.PYRRA_MISSING, PYRRA.resource(), words));
      render(draft, spec.orElseThrow(), runtime.get());
    }
    reports.add(draft.report());
  }

  /** What is found of one InferenceSLO, as long as more may be. */
  private record Draft(
      KubeObject slo, Map<ObjectKey, String> wanted, List<Fault> faults, List<String> notes) {

    Draft(KubeObject slo) {
      this(slo, new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    }

    void fault(Reason reason, String field, String words) {
      faults.add(new Fault(reason, field, words));
    }

    void note(String field, String words) {
      notes.add(field + ": " + words);
    }

    TargetsReport report() {
      return new TargetsReport(slo, wanted, faults, notes);
    }
  }

  private void render(Draft draft, InferenceSloSpec spec, ServingRuntime runtime) {
    Rendering rendering = PyrraRenderer.render(spec, runtime, catalog).without(taken);
    for (RenderNote note : rendering.notes()) {
      switch (note) {
        case RenderNote.Rounded(String field, String words) -> draft.note(field, words);
        case RenderNote.NotMeasurable(String field, String words) ->
            draft.fault(Reason.NOT_MEASURABLE, field, words);
        case RenderNote.NameTaken(String field, String words) ->
            draft.fault(Reason.NAME_TAKEN, field, words);
      }
    }
    for (RenderedSlo rendered : rendering.objectives()) {
      draft.wanted().put(want(draft.slo(), rendered), rendered.field());
      SloLint.reach(spec, rendered).ifPresent(finding -> take(draft, finding));
    }
  }

  private static void take(Draft draft, LintFinding finding) {
    switch (finding.severity()) {
      case ERROR -> draft.fault(Reason.NEVER_BREACHED, finding.field(), finding.words());
      case WARNING -> draft.note(finding.field(), finding.words());
    }
  }

  private ObjectKey want(KubeObject slo, RenderedSlo rendered) {
    ObjectiveRef ref = rendered.slo().ref();
    ObjectKey key = new ObjectKey(PYRRA, ref.namespace(), ref.name());
    wanted.add(key);
    Map<String, Object> body = LiveObjective.ownedBy(slo, ObjectiveDocument.of(rendered));
    Optional<LiveObjective> there = Optional.ofNullable(live.get(key));
    if (targets.missing(PYRRA).isEmpty()
        && there.filter(objective -> objective.says(body)).isEmpty()) {
      Optional<String> uid = there.map(objective -> objective.object().uid());
      writes.add(new ObjectiveWrite.Apply(key, uid, body));
    }
    return key;
  }

  private void deleteUnwanted(LiveObjective objective) {
    KubeObject object = objective.object();
    Optional<ObjectKey> owner = objective.owner();
    boolean isForgotten =
        objective.isOurs()
            && !wanted.contains(object.key())
            && owner.filter(slo -> !untouched.contains(slo)).isPresent();
    if (isForgotten) {
      writes.add(new ObjectiveWrite.Delete(object.key(), object.uid()));
    }
  }
}
