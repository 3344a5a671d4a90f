package dev.sluice.app.manifests;

import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.lint.SloSheet;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.ServiceRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a folder (or the objects of a cluster, a file each) and, of each, the last good
 * version of its objects. A file that no longer parses keeps all it declared; an object that is
 * rejected keeps its own last good version; what is taken out of a file, or a file that is deleted,
 * is gone. Immutable.
 */
public final class Manifests {

  /** No files. */
  public static final Manifests NONE = new Manifests(new TreeMap<>());

  private final SortedMap<String, Contents> files;

  private record Contents(Map<ObjectId, Manifest> objects, List<Problem> problems) {
    static final Contents NOTHING = new Contents(Map.of(), List.of());
  }

  private Manifests(SortedMap<String, Contents> files) {
    this.files = Collections.unmodifiableSortedMap(files);
  }

  /** With this text as the contents of the file. */
  public Manifests read(String file, String text) {
    return change(Map.of(file, Optional.of(text)));
  }

  /** With these texts as the contents of their files, and without the files that have none. */
  public Manifests change(Map<String, Optional<String>> texts) {
    return change(texts, Manifests::read);
  }

  /** With these objects of a cluster, each as JSON, and without those that are gone. */
  public Manifests changeObjects(Map<String, Optional<String>> objects) {
    return change(
        objects, (file, json, before) -> contents(file, List.of(JsonDocument.read(json)), before));
  }

  private interface Reading {
    Contents read(String file, String text, Contents before);
  }

  private Manifests change(Map<String, Optional<String>> texts, Reading reading) {
    SortedMap<String, Contents> next = new TreeMap<>(files);
    texts.forEach(
        (file, text) -> {
          if (text.isPresent()) {
            Contents before = files.getOrDefault(file, Contents.NOTHING);
            next.put(file, reading.read(file, text.get(), before));
          } else {
            next.remove(file);
          }
        });
    return new Manifests(next);
  }

  /** With a file that can't be read at all, and why. */
  public Manifests unreadable(String file, String words) {
    Contents before = files.getOrDefault(file, Contents.NOTHING);
    return with(file, broken(before, new Problem(file, 0, "", "", words)));
  }

  /** Without a file. */
  public Manifests without(String file) {
    return change(Map.of(file, Optional.empty()));
  }

  /** All that is declared, joined. */
  public World world() {
    List<Problem> problems = new ArrayList<>(rejected());
    Map<ObjectId, Manifest> objects = new LinkedHashMap<>();
    for (Contents contents : files.values()) {
      for (Manifest manifest : contents.objects().values()) {
        Manifest first = objects.putIfAbsent(manifest.id(), manifest);
        if (first != null) {
          problems.add(
              manifest.problem(
                  "", "declared a second time (expected: only in " + first.file() + ")"));
        }
      }
    }
    return WorldBuilder.build(objects.values(), problems);
  }

  /** What was rejected when it was read, whatever else is declared. */
  public List<Problem> rejected() {
    return files.values().stream().flatMap(contents -> contents.problems().stream()).toList();
  }

  /** What is declared of objectives, side by side; references may lead nowhere. */
  public SloSheet sloSheet() {
    Map<ServiceRef, ServingRuntime> runtimes = new HashMap<>();
    List<InferenceSloSpec> slos = new ArrayList<>();
    List<PyrraSlo> objectives = new ArrayList<>();
    files.values().stream()
        .flatMap(contents -> contents.objects().values().stream())
        .forEach(
            manifest -> {
              switch (manifest.declared()) {
                case Declared.Service(ServiceRef ref, _, ServingRuntime runtime, _) ->
                    runtimes.putIfAbsent(ref, runtime);
                case Declared.Policy(InferenceSloSpec spec, _) -> slos.add(spec);
                case Declared.Slo(PyrraSlo slo) -> objectives.add(slo);
                case Declared.Router _,
                    Declared.Pool _,
                    Declared.KubeService _,
                    Declared.Slice _,
                    Declared.Secret _ -> {}
              }
            });
    return new SloSheet(runtimes, slos, objectives);
  }

  private Manifests with(String file, Contents contents) {
    SortedMap<String, Contents> next = new TreeMap<>(files);
    next.put(file, contents);
    return new Manifests(next);
  }

  private static Contents read(String file, String text, Contents before) {
    return switch (YamlDocuments.read(text)) {
      case YamlDocuments.Broken broken ->
          broken(before, new Problem(file, broken.line(), "", "", broken.words()));
      case YamlDocuments.Read read -> contents(file, read.documents(), before);
    };
  }

  private static Contents broken(Contents before, Problem problem) {
    return new Contents(before.objects(), List.of(problem));
  }

  private static Contents contents(String file, List<Node> documents, Contents before) {
    Map<ObjectId, Manifest> objects = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    boolean unnamed = false;
    for (DocumentReader.Outcome outcome :
        documents.stream().flatMap(document -> DocumentReader.read(file, document)).toList()) {
      switch (outcome) {
        case DocumentReader.Outcome.Accepted(Manifest manifest) -> {
          if (objects.putIfAbsent(manifest.id(), manifest) != null) {
            problems.add(manifest.problem("", "declared twice in this file (expected: once)"));
          }
        }
        case DocumentReader.Outcome.Rejected(Optional<ObjectId> id, List<Problem> found) -> {
          problems.addAll(found);
          id.map(before.objects()::get)
              .ifPresent(lastGood -> objects.putIfAbsent(lastGood.id(), lastGood));
          unnamed |= id.isEmpty();
        }
      }
    }
    if (unnamed) {
      // Nobody can tell which object the nameless one was meant to be: all stay.
      before.objects().forEach(objects::putIfAbsent);
    }
    return new Contents(objects, problems);
  }
}
