package dev.sluice.app.manifests;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one document: finds its kind, has it read, and says what came of it. */
final class DocumentReader {

  private static final Logger log = LoggerFactory.getLogger(DocumentReader.class);
  private static final String DEFAULT_NAMESPACE = "default";

  private DocumentReader() {}

  /** What came of a document. */
  sealed interface Outcome {

    /** It is used. */
    record Accepted(Manifest manifest) implements Outcome {}

    /**
     * It is not.
     *
     * @param id whose last good version may stay; empty if not even that could be read
     */
    record Rejected(Optional<ObjectId> id, List<Problem> problems) implements Outcome {
      public Rejected {
        problems = List.copyOf(problems);
      }
    }
  }

  /** Reads a document; one of kind List is as many as it has items, one of no kind of ours none. */
  static Stream<Outcome> read(String file, Node document) {
    Field.Notes notes = new Field.Notes(file, "");
    Field root = new Field(notes, "", document);
    String apiVersion = root.at("apiVersion").required("a group and version, like apps/v1");
    String kind = root.at("kind").required("the kind of a Kubernetes object");
    if (!notes.isEmpty()) {
      return Stream.of(new Outcome.Rejected(Optional.empty(), notes.problems()));
    }
    if (apiVersion.equals("v1") && kind.equals("List")) {
      return root.at("items").items().stream().flatMap(item -> read(file, item.node()));
    }
    Optional<Kind> known = Kind.of(apiVersion, kind);
    if (known.isEmpty()) {
      log.debug("msg=ignored file={} line={} kind={}", file, document.line(), kind);
      return Stream.empty();
    }
    return Stream.of(readObject(file, known.get(), document));
  }

  private static Outcome readObject(String file, Kind kind, Node document) {
    Field.Notes naming = new Field.Notes(file, kind.word());
    Field metadata = new Field(naming, "", document).at("metadata");
    String name = metadata.at("name").required("a name");
    String namespace = metadata.at("namespace").text().orElse(DEFAULT_NAMESPACE);
    if (!naming.isEmpty()) {
      return new Outcome.Rejected(Optional.empty(), naming.problems());
    }
    ObjectId id = new ObjectId(kind, namespace, name);
    Field.Notes notes = new Field.Notes(file, id.toString());
    Optional<Declared> declared = declare(id, new Field(notes, "", document));
    return declared.isPresent() && notes.isEmpty()
        ? new Outcome.Accepted(new Manifest(id, file, lines(document), declared.get()))
        : new Outcome.Rejected(Optional.of(id), notes.problems());
  }

  // What has no lines isn't kept: a cluster has tens of thousands of objects.
  private static Node lines(Node document) {
    return document.line() == 0 ? new Node.Absent(0) : document;
  }

  private static Optional<Declared> declare(ObjectId id, Field root) {
    try {
      return Optional.of(
          switch (id.kind()) {
            case ENDPOINT_SLICE -> EndpointSliceReader.read(root);
            case INFERENCE_SERVICE -> InferenceServiceReader.read(id, root);
            case INFERENCE_SLO -> InferenceSloReader.read(id, root);
            case MODEL_POOL -> ModelPoolReader.read(id, root);
            case MODEL_ROUTER -> ModelRouterReader.read(id, root);
            case SECRET -> SecretReader.read(root);
            case SERVICE -> InferenceServiceReader.readKubeService(root);
            case SERVICE_LEVEL_OBJECTIVE -> ObjectiveReader.read(id, root);
          });
    } catch (IllegalArgumentException rejected) {
      // The records check themselves. What a field's own note explains already isn't said twice.
      if (root.notes().isEmpty()) {
        root.notes().add(root.node().line(), "", String.valueOf(rejected.getMessage()));
      }
      return Optional.empty();
    }
  }
}
