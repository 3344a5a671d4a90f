package dev.sluice.app.kube;

/** Names a Foreman Agent. */
public record AgentRef(String namespace, String name) {

  /** Reads {@code namespace/name}, as {@link #toString()} prints it. */
  public static AgentRef parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || slash == text.length() - 1 || slash != text.lastIndexOf('/')) {
      throw new IllegalArgumentException("Agent: \"" + text + "\" (expected: NAMESPACE/NAME)");
    }
    return new AgentRef(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
