package dev.sluice.app.soak;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What Sluice's process is made of, and what the clients have seen, at one moment.
 *
 * @param second since the load began
 * @param heapMib in use, garbage included
 * @param liveMib in use right after a full collection; empty where none was asked for
 * @param residentMib of memory, as the kernel counts it
 * @param cpuSeconds used since its start
 * @param threads of Java
 * @param files open ones, sockets included
 * @param requests of all clients that have ended so far
 * @param failed how many of them failed
 */
record Sample(
    double second,
    double heapMib,
    OptionalDouble liveMib,
    double residentMib,
    double cpuSeconds,
    int threads,
    int files,
    long requests,
    long failed) {

  static final String CSV_HEADER =
      "second,heap_mib,live_mib,resident_mib,cpu_seconds,threads,files,requests,failed";

  String csv() {
    return String.format(
        Locale.ROOT,
        "%.0f,%.1f,%s,%.1f,%.1f,%d,%d,%d,%d",
        second,
        heapMib,
        liveMib.isPresent() ? String.format(Locale.ROOT, "%.2f", liveMib.getAsDouble()) : "",
        residentMib,
        cpuSeconds,
        threads,
        files,
        requests,
        failed);
  }
}
