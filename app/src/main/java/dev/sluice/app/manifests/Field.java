package dev.sluice.app.manifests;

import dev.sluice.model.PromDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A field of one object, and the place where what is wrong with it is noted. Reading never throws:
 * a bad value is noted and something harmless returned, so that one reading finds all that is
 * wrong. The object is rejected if {@link Notes} has anything afterwards.
 */
record Field(Notes notes, String path, Node node) {

  /** What was found wrong with one object. */
  static final class Notes {
    private final String file;
    private final String object;
    private final List<Problem> problems = new ArrayList<>();

    Notes(String file, String object) {
      this.file = file;
      this.object = object;
    }

    void add(int line, String path, String words) {
      problems.add(new Problem(file, line, object, path, words));
    }

    List<Problem> problems() {
      return List.copyOf(problems);
    }

    boolean isEmpty() {
      return problems.isEmpty();
    }
  }

  /** The field of this mapping. */
  Field at(String name) {
    if (node instanceof Node.Scalar || node instanceof Node.Sequence) {
      reject("a mapping");
      return new Field(notes, below(name), new Node.Absent(node.line()));
    }
    return new Field(notes, below(name), node.child(name));
  }

  private String below(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  boolean isPresent() {
    return !(node instanceof Node.Absent);
  }

  /** The items of this sequence; none if it is absent. */
  List<Field> items() {
    return switch (node) {
      case Node.Absent _ -> List.of();
      case Node.Sequence sequence -> {
        List<Field> items = new ArrayList<>();
        for (int index = 0; index < sequence.items().size(); index++) {
          items.add(new Field(notes, path + "[" + index + "]", sequence.items().get(index)));
        }
        yield List.copyOf(items);
      }
      case Node.Scalar _, Node.Mapping _ -> {
        reject("a list");
        yield List.of();
      }
    };
  }

  /** The items of this sequence of texts. */
  List<String> texts() {
    return items().stream().map(item -> item.required("a text")).toList();
  }

  /** This mapping of texts, labels for example. */
  Map<String, String> textMap() {
    return switch (node) {
      case Node.Absent _ -> Map.of();
      case Node.Mapping mapping -> {
        Map<String, String> map = new LinkedHashMap<>();
        for (String key : mapping.entries().keySet()) {
          at(key).text().ifPresent(value -> map.put(key, value));
        }
        yield map;
      }
      case Node.Scalar _, Node.Sequence _ -> {
        reject("a mapping of texts");
        yield Map.of();
      }
    };
  }

  /** The text, if there is one. */
  Optional<String> text() {
    return switch (node) {
      case Node.Absent _ -> Optional.empty();
      case Node.Scalar scalar -> Optional.of(scalar.text());
      case Node.Mapping _, Node.Sequence _ -> {
        reject("a text");
        yield Optional.empty();
      }
    };
  }

  /** The text; noted if it is missing. */
  String required(String expected) {
    if (!isPresent()) {
      reject(expected);
    }
    return text().orElse("");
  }

  int integer(int fallback, int least, int most) {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Noted below, like a number out of range.
    }
    reject("a whole number from " + least + " to " + most);
    return fallback;
  }

  boolean flag(boolean fallback) {
    return choice(Map.of("true", true, "false", false), fallback);
  }

  Duration duration(Duration fallback) {
    return duration().orElse(fallback);
  }

  Optional<Duration> duration() {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PromDuration.parse(text.get()));
    } catch (IllegalArgumentException _) {
      reject("a duration like 30s, 5m, 1h30m or 28d");
      return Optional.empty();
    }
  }

  /** A percentage ({@code 25%}) or a number from 0 to 1. */
  OptionalDouble fraction() {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      String trimmed = text.get().strip();
      boolean percent = trimmed.endsWith("%");
      String digits = percent ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
      double value = Double.parseDouble(digits) / (percent ? 100 : 1);
      if (value >= 0 && value <= 1) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException _) {
      // Noted below, like a fraction out of range.
    }
    reject("a percentage like 25%, or a number from 0 to 1");
    return OptionalDouble.empty();
  }

  /** One of these words. */
  <T> T choice(Map<String, T> choices, T fallback) {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return fallback;
    }
    T chosen = choices.get(text.get());
    if (chosen == null) {
      reject("one of " + String.join(", ", choices.keySet().stream().sorted().toList()));
      return fallback;
    }
    return chosen;
  }

  /** Notes that the value here is not what is expected. */
  void reject(String expected) {
    notes.add(node.line(), path, found() + " (expected: " + expected + ")");
  }

  private String found() {
    return switch (node) {
      case Node.Absent _ -> "missing";
      case Node.Scalar scalar -> "\"" + scalar.text() + "\"";
      case Node.Sequence _ -> "a list";
      case Node.Mapping _ -> "a mapping";
    };
  }
}
