package dev.sluice.app.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on or to call.
 *
 * @param host a name or an IP address, IPv6 without brackets
 * @param port 0 to 65535; 0 is any free port
 */
public record HostPort(String host, int port) {

  private static final Pattern SYNTAX =
      Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):(\\d{1,5})");
  private static final int MOST_PORT = 65_535;

  /**
   * Reads {@code HOST:PORT}, or {@code [IPV6]:PORT}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static HostPort parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (matcher.matches()) {
      int port = Integer.parseInt(matcher.group(3));
      if (port <= MOST_PORT) {
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new HostPort(host, port);
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" (expected: HOST:PORT, like 127.0.0.1:8080)");
  }

  /** Whether only this machine can reach it. A name that doesn't resolve can't be told, so no. */
  boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
