package dev.sluice.app.manifests;

/**
 * A value that was rejected, or a reference that leads nowhere.
 *
 * @param file the file's name in its folder; empty if it came from none
 * @param line from 1; 0 if unknown
 * @param object kind, namespace and name; empty if the document isn't even YAML
 * @param field path of the field; empty if the object as a whole is meant
 * @param words what was found and what would be accepted
 */
public record Problem(String file, int line, String object, String field, String words) {

  /** {@code routers.yaml:12: ModelRouter default/chat: spec.rules: "x" (expected: ...)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (!file.isEmpty()) {
      text.append(file).append(line > 0 ? ":" + line : "").append(": ");
    }
    if (!object.isEmpty()) {
      text.append(object).append(": ");
    }
    if (!field.isEmpty()) {
      text.append(field).append(": ");
    }
    return text.append(words).toString();
  }
}
