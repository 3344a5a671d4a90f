package dev.sluice.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks loopback TCP ports that nothing listens on. No port is given twice within a process; {@link
 * IllegalStateException} when none is left.
 */
public final class FreePorts {

  // Maven numbers the JVMs that run tests side by side: each picks from a slice of its own.
  private static final int SLICES = 4;
  private static final int SLICE = Integer.getInteger("surefire.forkNumber", 1) % SLICES;

  // Below the ephemeral range of Linux (32768-60999) and macOS (49152-65535): between our pick and
  // the child's bind, the kernel can't hand the port to an outgoing connection as its source port.
  private static final int COUNT = 3_000;
  private static final int LOWEST = 20_000 + SLICE * COUNT;
  private static final int ATTEMPTS = 1_000;

  // Process-wide on purpose: two tests that run side by side must not be given the same port.
  private static final Set<Integer> GIVEN = new HashSet<>();

  private FreePorts() {}

  /** A port on which a server of the loopback interface can listen now. */
  public static int pick() {
    synchronized (GIVEN) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int port = LOWEST + ThreadLocalRandom.current().nextInt(COUNT);
        if (!GIVEN.contains(port) && isFree(port)) {
          GIVEN.add(port);
          return port;
        }
      }
    }
    throw new IllegalStateException(
        "no free port between %d and %d after %d attempts"
            .formatted(LOWEST, LOWEST + COUNT - 1, ATTEMPTS));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
