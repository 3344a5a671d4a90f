package dev.sluice.demo.stage;

import dev.sluice.lab.Parts;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the real parts say of themselves, for the report. */
public final class Versions {

  private Versions() {}

  /** Version lines by part. */
  public static SortedMap<String, String> ofParts() {
    SortedMap<String, String> versions = new TreeMap<>();
    versions.put("envoy", firstLine(Parts.envoy().toString()));
    versions.put("prometheus", firstLine(Parts.prometheus().toString()));
    versions.put("java", Runtime.version().toString());
    return versions;
  }

  private static String firstLine(String binary) {
    String words = Commands.output(List.of(binary, "--version"));
    return words.lines().filter(line -> !line.isBlank()).findFirst().orElse("unknown").strip();
  }
}
