package dev.sluice.app.pages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a screen reader is given of a page: Chromium's accessibility tree, in reading order.
 *
 * <p>Nodes that Chromium ignores are left out; what is inside them isn't.
 */
record Heard(List<Node> nodes) {

  /**
   * One thing that is said.
   *
   * @param role as Chromium names it: {@code heading}, {@code button}, {@code DisclosureTriangle}
   * @param within the ids of what it is in, outermost first
   * @param properties {@code level}, {@code live}, {@code expanded} and their like
   */
  record Node(
      String id, List<String> within, String role, String name, Map<String, String> properties) {

    String property(String property) {
      return properties.getOrDefault(property, "");
    }
  }

  static Heard of(JsonNode nodes) {
    Map<String, JsonNode> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.path("nodeId").asText(), node));
    List<Node> told = new ArrayList<>();
    tell(nodes.path(0), byId, List.of(), told);
    return new Heard(List.copyOf(told));
  }

  private static void tell(
      JsonNode node, Map<String, JsonNode> byId, List<String> within, List<Node> told) {
    String id = node.path("nodeId").asText();
    if (!node.path("ignored").asBoolean()) {
      told.add(
          new Node(
              id,
              within,
              node.at("/role/value").asText(),
              node.at("/name/value").asText(),
              properties(node)));
    }
    List<String> deeper = Stream.concat(within.stream(), Stream.of(id)).toList();
    node.path("childIds")
        .forEach(child -> told(byId, child).forEach(one -> tell(one, byId, deeper, told)));
  }

  private static List<JsonNode> told(Map<String, JsonNode> byId, JsonNode id) {
    JsonNode node = byId.get(id.asText());
    return node == null ? List.of() : List.of(node);
  }

  private static Map<String, String> properties(JsonNode node) {
    Map<String, String> properties = new HashMap<>();
    node.path("properties")
        .forEach(one -> properties.put(one.path("name").asText(), one.at("/value/value").asText()));
    properties.put("description", node.at("/description/value").asText());
    return Map.copyOf(properties);
  }

  List<Node> all(String role) {
    return nodes.stream().filter(one -> one.role().equals(role)).toList();
  }

  /** Their names, in reading order. */
  List<String> names(String role) {
    return all(role).stream().map(Node::name).toList();
  }

  /** What is inside one of them. */
  Heard inside(Node outer) {
    return new Heard(nodes.stream().filter(one -> one.within().contains(outer.id())).toList());
  }

  /** The text, as it is read out. */
  String text() {
    return all("StaticText").stream().map(Node::name).collect(Collectors.joining(" "));
  }
}
