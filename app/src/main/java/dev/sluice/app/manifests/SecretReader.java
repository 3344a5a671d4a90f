package dev.sluice.app.manifests;

import dev.sluice.xds.router.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Reads a Secret. What is in it is never part of what is said about it. */
final class SecretReader {

  private SecretReader() {}

  static Declared read(Field root) {
    Map<String, Credential> data = new HashMap<>();
    root.at("data").textMap().forEach((key, value) -> decode(root, key, value, data));
    // As Kubernetes merges them: stringData wins.
    root.at("stringData").textMap().forEach((key, value) -> data.put(key, credential(value)));
    return new Declared.Secret(data);
  }

  private static void decode(Field root, String key, String value, Map<String, Credential> data) {
    try {
      byte[] bytes = Base64.getDecoder().decode(value.replaceAll("\\s", ""));
      data.put(key, credential(new String(bytes, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException _) {
      Field field = root.at("data").at(key);
      root.notes().add(field.node().line(), field.path(), "not base64 (expected: base64)");
    }
  }

  /** Keys are often pasted with the end of their line. */
  private static Credential credential(String text) {
    return new Credential(text.strip());
  }
}
