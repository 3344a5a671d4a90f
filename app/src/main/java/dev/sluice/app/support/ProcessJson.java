package dev.sluice.app.support;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** What this process is: version, Java, memory, and how it was started, without secrets. */
public final class ProcessJson {

  private static final String OURS = "SLUICE_";

  private ProcessJson() {}

  /** As it is now. */
  public static ObjectNode now() {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    String version = ProcessJson.class.getPackage().getImplementationVersion();
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", version == null ? "(not packaged)" : version)
            .put("startedAt", Instant.ofEpochMilli(runtime.getStartTime()).toString())
            .put("java", Runtime.version().toString())
            .put("vm", runtime.getVmName())
            .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
            .put("processors", Runtime.getRuntime().availableProcessors())
            .put("threads", ManagementFactory.getThreadMXBean().getThreadCount());
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    root.putObject("heap").put("used", heap.getUsed()).put("max", heap.getMax());
    ArrayNode jvm = root.putArray("jvmArguments");
    runtime.getInputArguments().stream().map(Redaction::of).forEach(jvm::add);
    // Main class and arguments, as the JVM was given them.
    root.put("command", Redaction.of(System.getProperty("sun.java.command", "")));
    ObjectNode environment = root.putObject("environment");
    ours(System.getenv()).forEach(environment::put);
    return root;
  }

  /** Our own variables, without secrets in them; nobody else's are anybody's business. */
  static Map<String, String> ours(Map<String, String> environment) {
    Map<String, String> ours = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(OURS)) {
            ours.put(name, Redaction.of(value));
          }
        });
    return ours;
  }
}
