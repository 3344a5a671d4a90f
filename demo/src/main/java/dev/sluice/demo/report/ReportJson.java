package dev.sluice.demo.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.demo.report.Run.Chaos;
import dev.sluice.demo.report.Run.Event;
import dev.sluice.demo.report.Run.Phase;
import dev.sluice.demo.report.Run.Phases;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.Function;

/** A run as {@code report.json}: shares are fractions, what was never measured is null. */
public final class ReportJson {

  private final ObjectMapper json = new ObjectMapper();
  private final Run run;

  private ReportJson(Run run) {
    this.run = run;
  }

  /** The report of {@code run} and of the claims it was checked against. */
  public static String write(Run run, List<Claim> claims) {
    try {
      ReportJson report = new ReportJson(run);
      return report.json.writerWithDefaultPrettyPrinter().writeValueAsString(report.tree(claims))
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can always be written", e);
    }
  }

  private ObjectNode tree(List<Claim> claims) {
    ObjectNode root = json.createObjectNode();
    root.put("scenario", run.expected().scenario());
    root.put("requests", run.requests()).put("failed", run.failed());
    root.set("declaredShare", shares(run.expected().declaredShare()));
    root.set("servedShare", phases(phase -> shares(phase.servedShare())));
    root.set("ttftP99Ms", phases(phase -> DoubleNode.valueOf(tenth(phase.ttftP99Ms()))));
    root.put("objectiveTtftMs", run.expected().objectiveTtftMs());
    root.set("seconds", seconds());
    root.set("dispatch", phases(phase -> TextNode.valueOf(phase.dispatch())));
    root.set("dispatchWords", phases(phase -> TextNode.valueOf(phase.dispatchWords())));
    addTheRest(root, claims);
    return root;
  }

  private void addTheRest(ObjectNode root, List<Claim> claims) {
    root.put("troubled", run.expected().troubled());
    root.put("probeShare", run.expected().probeShare());
    root.set("failures", json.valueToTree(run.failures()));
    root.set("chaos", array(run.chaos(), this::chaos));
    root.set("claims", array(claims, this::claim));
    root.set("events", array(run.events(), this::event));
    root.put("startedAt", run.setting().startedAt());
    root.put("requestsPerSecond", run.setting().requestsPerSecond());
    root.set("versions", json.valueToTree(run.setting().versions()));
  }

  private ObjectNode phases(Function<Phase, JsonNode> value) {
    Phases phases = run.phases();
    ObjectNode node = json.createObjectNode();
    node.set("before", phases.before().map(value).orElse(NullNode.instance));
    node.set("during", phases.during().map(value).orElse(NullNode.instance));
    node.set("after", phases.after().map(value).orElse(NullNode.instance));
    return node;
  }

  private ObjectNode shares(SortedMap<String, Double> shares) {
    ObjectNode node = json.createObjectNode();
    shares.forEach((name, share) -> node.put(name, Math.round(10_000 * share) / 10_000.0));
    return node;
  }

  private ObjectNode seconds() {
    ObjectNode node = json.createObjectNode();
    node.set("injectToFiring", number(run.seconds().injectToFiring()));
    node.set("firingToVerdict", number(run.seconds().firingToVerdict()));
    node.set("verdictToShifted", number(run.seconds().verdictToShifted()));
    node.set("healToRecovered", number(run.seconds().healToRecovered()));
    return node;
  }

  private ObjectNode chaos(Chaos chaos) {
    ObjectNode node = json.createObjectNode().put("disturbance", chaos.disturbance().words());
    node.put("shareBefore", chaos.shareBefore()).put("shareAfter", chaos.shareAfter());
    node.put("decisionBefore", chaos.decisionBefore()).put("decisionAfter", chaos.decisionAfter());
    node.set("statesSeen", json.valueToTree(chaos.statesSeen()));
    return node.put("seconds", tenth(chaos.seconds()));
  }

  private ObjectNode claim(Claim claim) {
    return json.createObjectNode()
        .put("claim", claim.name())
        .put("held", claim.held())
        .put("figures", claim.figures());
  }

  private ObjectNode event(Event event) {
    return json.createObjectNode().put("second", tenth(event.second())).put("event", event.words());
  }

  private <T> ArrayNode array(List<T> values, Function<T, JsonNode> node) {
    ArrayNode array = json.createArrayNode();
    values.forEach(value -> array.add(node.apply(value)));
    return array;
  }

  private static JsonNode number(OptionalDouble value) {
    return value.isPresent() ? DoubleNode.valueOf(tenth(value.getAsDouble())) : NullNode.instance;
  }

  private static double tenth(double value) {
    return Math.round(10 * value) / 10.0;
  }
}
