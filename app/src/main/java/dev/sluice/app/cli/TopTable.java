package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code sluice top} prints. */
final class TopTable {

  private static final List<String> HEADER =
      List.of(
          "SERVICE", "STATE", "FOR", "BURN", "BUDGET", "WANTED", "SHARE", "WEIGHT", "SERVED",
          "REQ/S", "WHERE");

  private TopTable() {}

  static String of(JsonNode page) {
    Instant now = Instant.parse(page.path("asked").asText());
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADER);
    page.path("services").forEach(service -> rows.add(row(service, now)));
    return TextTable.of(rows);
  }

  private static List<String> row(JsonNode service, Instant now) {
    return List.of(
        service.path("service").asText(),
        service.path("state").asText(),
        Ages.of(Instant.parse(service.path("since").asText()), now),
        number(service, "burnRate", 1, "%.1fx"),
        number(service, "budgetLeft", 100, "%.0f%%"),
        number(service, "wanted", 100, "%.0f%%"),
        number(service, "share", 100, "%.0f%%"),
        number(service, "weight", 0.1, "%.1f%%"),
        number(service, "servedRatio", 100, "%.1f%%"),
        number(service, "requestsPerSecond", 1, "%.1f"),
        service.has("router")
            ? service.path("router").asText() + " " + service.path("rule").asText()
            : "no router");
  }

  private static String number(JsonNode service, String field, double factor, String format) {
    return service.has(field)
        ? String.format(Locale.ROOT, format, service.path(field).asDouble() * factor)
        : "-";
  }
}
