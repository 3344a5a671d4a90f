package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice proxies}: every Envoy, what it was sent and what it said to it. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "proxies",
    description = {
      "Lists the Envoys that are connected to this Sluice: a line for each resource type with what",
      "was sent, what was acknowledged, how long ago, and Envoy's words where it refused."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the list was printed",
      "2:wrong usage",
      "69:Sluice isn't reachable at --http, or wants a token"
    })
final class ProxiesCommand implements Callable<Integer> {

  private static final List<String> HEADER =
      List.of("NODE", "FLEET", "CONNECTED", "TYPE", "SENT", "ACKED", "AGE", "STATE");

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "print the list as JSON")
  private boolean json;

  @Mixin private HttpAddress http;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    return switch (http.get("/debug/proxies")) {
      case HttpAddress.Reply.Page page -> {
        out.print(json ? page.text() : table(HttpAddress.json(page)));
        out.flush();
        yield ExitCode.OK;
      }
      case HttpAddress.Reply.Absent(String words) -> failed(words);
      case HttpAddress.Reply.Failed(String words) -> failed(words);
    };
  }

  private int failed(String words) {
    spec.commandLine().getErr().println(words);
    return ExitCode.UNAVAILABLE;
  }

  static String table(JsonNode page) {
    Instant now = Instant.parse(page.path("asked").asText());
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADER);
    for (JsonNode fleet : page.path("fleets")) {
      fleet.path("nodes").forEach(node -> add(node, now, rows));
    }
    page.path("waiting").forEach(node -> rows.add(waiting(node, now)));
    return rows.size() == 1
        ? "no Envoy is connected (expected: one started with what ./sluice bootstrap prints)\n"
        : TextTable.of(rows);
  }

  private static void add(JsonNode node, Instant now, List<List<String>> rows) {
    if (node.path("types").isEmpty()) {
      rows.add(row(node, now, "-", "-", "-", "-", "has asked for nothing yet"));
    }
    for (JsonNode type : node.path("types")) {
      rows.add(
          row(
              node,
              now,
              text(type, "type"),
              text(type, "sent"),
              text(type, "acked"),
              age(type, now),
              state(type)));
    }
  }

  private static List<String> waiting(JsonNode node, Instant now) {
    return row(node, now, "-", "-", "-", "-", "waits: " + text(node, "why"));
  }

  private static List<String> row(
      JsonNode node,
      Instant now,
      String type,
      String sent,
      String acked,
      String age,
      String state) {
    return List.of(
        text(node, "node"),
        text(node, "fleet"),
        Ages.of(Instant.parse(text(node, "connectedSince")), now),
        type,
        sent,
        acked,
        age,
        state);
  }

  // Of the acknowledgement; of the sending while that isn't acknowledged.
  private static String age(JsonNode type, Instant now) {
    String field = isBehind(type) || !type.has("ackedAt") ? "sentAt" : "ackedAt";
    return type.has(field) ? Ages.of(Instant.parse(text(type, field)), now) : "-";
  }

  private static boolean isBehind(JsonNode type) {
    return type.has("sent") && !text(type, "sent").equals(text(type, "acked"));
  }

  private static String state(JsonNode type) {
    if (type.has("nack")) {
      return "NACK: " + text(type, "nack");
    }
    if (!type.has("sent")) {
      return "nothing to send"; // it had all of it when it connected
    }
    return isBehind(type) ? "sent" : "ACK";
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("-");
  }
}
