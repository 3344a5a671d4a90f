package dev.sluice.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The machines that Foreman sends work to: their nodes' heartbeats, and tasks that end as soon as
 * they are seen.
 *
 * <p><em>Thread:</em> one of its own. <em>On failure:</em> what fails is tried again with the next
 * look. <em>On shutdown:</em> {@link #close} waits for the look under way.
 */
final class FakeForemanAgents implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final long HEARTBEAT_EVERY_NANOS = 10_000_000_000L;

  private final Kubectl kubectl;
  private final List<String> nodes;
  private final Thread thread;
  private volatile boolean ends;

  private FakeForemanAgents(Kubectl kubectl, List<String> nodes) {
    this.kubectl = kubectl;
    this.nodes = List.copyOf(nodes);
    thread = Thread.ofPlatform().name("foreman-agents").unstarted(this::run);
  }

  static FakeForemanAgents start(Kubectl kubectl, List<String> nodes) {
    FakeForemanAgents agents = new FakeForemanAgents(kubectl, nodes);
    nodes.forEach(agents::beat);
    agents.thread.start();
    return agents;
  }

  private void run() {
    long beaten = System.nanoTime();
    while (!ends) {
      if (System.nanoTime() - beaten > HEARTBEAT_EVERY_NANOS) {
        nodes.forEach(this::beat);
        beaten = System.nanoTime();
      }
      finishWhatIsScheduled();
    }
  }

  private void beat(String node) {
    status(
        "fleetnode",
        node,
        "{\"lastHeartbeatTime\": \"%s\", \"capability\": {\"accelerator\": \"cuda\","
                .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS))
            + " \"totalRAMGB\": 64, \"availableRAMGB\": 60}}");
  }

  private void finishWhatIsScheduled() {
    try {
      JsonNode tasks = JSON.readTree(kubectl.run("get", "agentictasks", "-o", "json"));
      for (JsonNode task : tasks.path("items")) {
        if (task.at("/status/phase").asText().equals("Scheduled")) {
          String name = task.at("/metadata/name").asText();
          status("agentictask", name, "{\"phase\": \"Running\"}");
          status("agentictask", name, "{\"phase\": \"Succeeded\"}");
        }
      }
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    } catch (IllegalStateException away) {
      // With the next look.
    }
  }

  private void status(String kind, String name, String status) {
    kubectl.run(
        "patch",
        kind,
        name,
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": " + status + "}");
  }

  @Override
  public void close() {
    ends = true;
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
