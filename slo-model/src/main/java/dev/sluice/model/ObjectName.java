package dev.sluice.model;

import java.util.regex.Pattern;

/** Kubernetes object names: the one place that says which are accepted. */
record ObjectName(String namespace, String name) {

  // RFC 1123 subdomain, as Kubernetes validates metadata.name.
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int MAX_LENGTH = 253;

  static ObjectName parse(String kind, String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(kind + ": \"" + text + "\" (expected: NAMESPACE/NAME)");
    }
    return new ObjectName(text.substring(0, slash), text.substring(slash + 1));
  }

  static void check(String what, String value) {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          what
              + ": \""
              + value
              + "\" (expected: at most 253 lower-case letters, digits, '-' and '.', starting and"
              + " ending with a letter or digit)");
    }
  }

  static boolean isValid(String value) {
    return value.length() <= MAX_LENGTH && SUBDOMAIN.matcher(value).matches();
  }

  static int compare(String namespace, String name, String otherNamespace, String otherName) {
    int byNamespace = namespace.compareTo(otherNamespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(otherName);
  }
}
