package dev.sluice.app.manifests;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value of a document, with the line it stands on (from 1; 0 if the document has no lines). The
 * readers work on this and not on a YAML library's types, so a JSON source can feed them too.
 */
sealed interface Node {

  /** Where the value begins; for an absent one, where its parent does. */
  int line();

  /** A mapping, in document order. */
  record Mapping(int line, Map<String, Node> entries) implements Node {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /** A sequence. */
  record Sequence(int line, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Text, a number, true or false: as it is written. */
  record Scalar(int line, String text) implements Node {}

  /** Nothing: not there, or null. */
  record Absent(int line) implements Node {}

  /** The value of a key; absent if there is none or this is no mapping. */
  default Node child(String key) {
    Node none = new Absent(line());
    return switch (this) {
      case Mapping mapping -> mapping.entries().getOrDefault(key, none);
      case Sequence _, Scalar _, Absent _ -> none;
    };
  }

  /** An item, from 0; absent if there is none or this is no sequence. */
  default Node item(int index) {
    return switch (this) {
      case Sequence sequence when index < sequence.items().size() -> sequence.items().get(index);
      case Sequence _, Mapping _, Scalar _, Absent _ -> new Absent(line());
    };
  }

  /** The line of {@code spec.rules[0].name}, or of the nearest parent that is there. */
  default int lineOf(String path) {
    Matcher step = PathSteps.STEP.matcher(path);
    Node node = this;
    while (step.find()) {
      String index = step.group(1);
      node = index == null ? node.child(step.group()) : node.item(Integer.parseInt(index));
    }
    return node.line();
  }

  /** The syntax of a path: {@code key} or {@code [3]}. */
  final class PathSteps {
    private static final Pattern STEP = Pattern.compile("\\[(\\d{1,9})\\]|[^.\\[\\]]+");

    private PathSteps() {}
  }
}
