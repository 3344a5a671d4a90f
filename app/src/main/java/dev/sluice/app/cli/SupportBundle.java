package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.app.cli.HttpAddress.Reply;
import dev.sluice.app.support.Redaction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What whoever helps wants to see of a running Sluice: its pages, each without secrets. */
final class SupportBundle {

  /** Services that aren't within their budget are explained, the worst first, up to this many. */
  private static final int MOST_EXPLAINED = 50;

  private static final Map<String, String> PAGES =
      pages(
          "status.json", "/debug/status",
          "top.json", "/debug/top",
          "proxies.json", "/debug/proxies",
          "process.json", "/debug/process",
          "log.jsonl", "/debug/log",
          "metrics.txt", "/metrics");

  private final HttpAddress http;
  private final Map<String, String> entries = new LinkedHashMap<>();
  private final StringBuilder failures = new StringBuilder();

  private SupportBundle(HttpAddress http) {
    this.http = http;
  }

  private static Map<String, String> pages(String... namesAndPaths) {
    Map<String, String> pages = new LinkedHashMap<>();
    for (int i = 0; i < namesAndPaths.length; i += 2) {
      pages.put(namesAndPaths[i], namesAndPaths[i + 1]);
    }
    return pages;
  }

  /** Asks for everything; what can't be had is named in the bundle's README.txt. */
  static SupportBundle collect(HttpAddress http) throws InterruptedException {
    SupportBundle bundle = new SupportBundle(http);
    for (Map.Entry<String, String> page : PAGES.entrySet()) {
      bundle.add(page.getKey(), page.getValue());
    }
    String top = bundle.entries.get("top.json");
    if (top != null) {
      bundle.addChains(HttpAddress.json(new Reply.Page(top)));
    }
    return bundle;
  }

  private void addChains(JsonNode top) throws InterruptedException {
    int explained = 0;
    for (JsonNode service : top.path("services")) {
      String name = service.path("service").asText();
      if (!service.path("state").asText().equals("WithinBudget") && explained++ < MOST_EXPLAINED) {
        add("explain/" + name.replace('/', '_') + ".json", "/debug/explain/" + name);
      }
    }
  }

  private void add(String entry, String path) throws InterruptedException {
    switch (http.get(path)) {
      case Reply.Page(String text) -> entries.put(entry, Redaction.of(text));
      case Reply.Absent(String words) -> noteFailure(entry, words);
      case Reply.Failed(String words) -> noteFailure(entry, words);
    }
  }

  private void noteFailure(String entry, String words) {
    failures.append(entry).append(": ").append(words).append('\n');
  }

  /** Whether nothing at all could be had. */
  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** What couldn't be had, a line for each. */
  String failures() {
    return failures.toString();
  }

  int size() {
    return entries.size();
  }

  /** Writes it as a zip. */
  void write(OutputStream stream) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(stream, StandardCharsets.UTF_8)) {
      put(zip, "README.txt", readme());
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
  }

  private String readme() {
    return """
        What a running Sluice said of itself, by sluice %s.
        Names of services, routers, nodes and addresses are in it. Tokens, passwords, keys and PEM
        blocks are replaced by [removed].
        Couldn't be had: %s
        """
        .formatted(Cli.version(), failures.isEmpty() ? "nothing" : "\n" + failures);
  }

  private static void put(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
