package dev.sluice.app.manifests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Reads one object as the cluster says it: JSON, whose lines help nobody and are all 0. */
final class JsonDocument {

  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonDocument() {}

  /**
   * Reads the object.
   *
   * @throws IllegalArgumentException if it isn't JSON: it was written by us, so that is a bug
   */
  static Node read(String text) {
    try {
      return convert(JSON.readTree(text));
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException("not JSON: " + notJson.getOriginalMessage(), notJson);
    }
  }

  private static Node convert(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        Map<String, Node> entries = new LinkedHashMap<>();
        node.properties().forEach(entry -> entries.put(entry.getKey(), convert(entry.getValue())));
        yield new Node.Mapping(0, entries);
      }
      case ARRAY ->
          new Node.Sequence(
              0,
              StreamSupport.stream(node.spliterator(), false).map(JsonDocument::convert).toList());
      case NULL, MISSING -> new Node.Absent(0);
      case STRING, NUMBER, BOOLEAN, BINARY, POJO -> new Node.Scalar(0, node.asText());
    };
  }
}
