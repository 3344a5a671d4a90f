package dev.sluice.app.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.StreamSupport;

/** Compares what an object says with what it should: others may have said more of it. */
final class JsonParts {

  private JsonParts() {}

  /** Whether {@code there} says all of {@code wanted}; the items of a list in any order. */
  static boolean contains(JsonNode there, JsonNode wanted) {
    if (wanted.isObject()) {
      return wanted.properties().stream()
          .allMatch(field -> contains(there.path(field.getKey()), field.getValue()));
    }
    if (wanted.isArray() && wanted.path(0).isObject()) {
      return StreamSupport.stream(wanted.spliterator(), false)
          .allMatch(item -> hasItem(there, item));
    }
    return there.equals(wanted);
  }

  private static boolean hasItem(JsonNode list, JsonNode wanted) {
    return StreamSupport.stream(list.spliterator(), false).anyMatch(item -> contains(item, wanted));
  }
}
