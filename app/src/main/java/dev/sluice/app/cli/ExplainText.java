package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A chain as it is printed: a line for each link, with its time and age. */
final class ExplainText {

  private ExplainText() {}

  static String of(JsonNode page) {
    Instant now = Instant.parse(page.path("asked").asText());
    StringBuilder text = new StringBuilder("InferenceService ").append(text(page, "service"));
    text.append(page.has("state") ? " is " + text(page, "state") : " has no verdict");
    text.append(page.has("decision") ? ", decision " + text(page, "decision") : "");
    text.append("; asked at ").append(now.truncatedTo(ChronoUnit.SECONDS)).append("\n\n");
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode link : page.path("links")) {
      rows.add(row(link, now));
      if (link.has("check")) {
        rows.add(List.of("", "", "", "  check: " + text(link, "check")));
      }
    }
    return text.append(TextTable.of(rows)).toString();
  }

  private static List<String> row(JsonNode link, Instant now) {
    String mark = link.path("missing").asBoolean() ? "! " : "  ";
    String time = "";
    String age = "";
    if (link.has("at")) {
      Instant at = Instant.parse(text(link, "at"));
      time = at.truncatedTo(ChronoUnit.SECONDS).toString();
      age = Ages.of(at, now) + " ago";
    }
    return List.of(mark + text(link, "link"), time, age, text(link, "words"));
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
