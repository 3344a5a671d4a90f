package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.evaluator.declare.SeriesSelector;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;
import dev.sluice.model.PromDuration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The alerting rules that Pyrra makes of objectives, as {@code /api/v1/rules} shows them: all
 * healthy and inactive at first. Tests reach in and change what their story needs.
 */
final class PyrraRules {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JSON.createObjectNode().put("status", "success");
  private final ArrayNode groups = root.putObject("data").putArray("groups");
  private final Instant evaluatedAt;

  PyrraRules(Instant evaluatedAt) {
    this.evaluatedAt = evaluatedAt;
  }

  /** The rules of one objective. */
  final class Group {

    private final Map<BurnRateTier, ObjectNode> tiers = new EnumMap<>(BurnRateTier.class);
    private final ArrayNode rules;

    private Group(Objective objective) {
      this.rules =
          groups
              .addObject()
              .put("name", objective.ref().name())
              .put("interval", 30)
              .putArray("rules");
    }

    /** The rule of a tier. */
    ObjectNode tier(BurnRateTier tier) {
      return Objects.requireNonNull(tiers.get(tier));
    }

    /** {@code SLOMetricAbsent} of the total. */
    ObjectNode absence() {
      return (ObjectNode) rules.get(rules.size() - 1);
    }

    /** Adds an alert to a rule's, and raises the rule's state to {@code state}. */
    Group alert(BurnRateTier tier, String state, Map<String, String> labels) {
      ObjectNode alert = tier(tier).put("state", state).withArray("alerts").addObject();
      alert.put("state", state);
      ObjectNode own = alert.putObject("labels");
      labels.forEach(own::put);
      return this;
    }

    /** Adds an alert with a value, as Prometheus always gives one. */
    Group alert(BurnRateTier tier, String state, Map<String, String> labels, String value) {
      Group _ = alert(tier, state, labels);
      ArrayNode alerts = tier(tier).withArray("alerts");
      ((ObjectNode) alerts.get(alerts.size() - 1)).put("value", value);
      return this;
    }

    /** Says since when the alert added last is active. */
    Group since(BurnRateTier tier, String activeAt) {
      ArrayNode alerts = tier(tier).withArray("alerts");
      ((ObjectNode) alerts.get(alerts.size() - 1)).put("activeAt", activeAt);
      return this;
    }

    /** Removes a label from all rules. */
    Group withoutLabel(String label) {
      rules.forEach(rule -> ((ObjectNode) rule.path("labels")).remove(label));
      return this;
    }
  }

  /** As after a restart without the rule files. */
  void clear() {
    groups.removeAll();
  }

  Group add(Objective objective) {
    Group group = new Group(objective);
    Map<String, String> pinned = SeriesSelector.parse(objective.total()).pinned();
    for (BurnRateTier.Windows windows : BurnRateTier.allWindows(objective.window())) {
      String shortWindow = PromDuration.format(windows.shortWindow());
      ObjectNode rule = rule(group, objective.alertName(), burnQuery(objective, shortWindow));
      group.tiers.put(windows.tier(), rule);
      ObjectNode labels = labels(rule, objective, pinned);
      labels.put("short", shortWindow).put("long", PromDuration.format(windows.longWindow()));
    }
    ObjectNode absence = rule(group, "SLOMetricAbsent", "absent(" + objective.total() + ") == 1");
    ObjectNode _ = labels(absence, objective, pinned);
    return group;
  }

  private static String burnQuery(Objective objective, String shortWindow) {
    String inner = objective.total().replaceAll("^[^{]*\\{?|}$", "");
    String matchers = inner.isEmpty() ? "" : inner + ",";
    return "chat:burnrate%s{%sslo=\"%s\"} > (14 * (1 - 0.99)) and on() vector(1)"
        .formatted(shortWindow, matchers, objective.ref().name());
  }

  private ObjectNode rule(Group group, String name, String query) {
    return group
        .rules
        .addObject()
        .put("type", "alerting")
        .put("name", name)
        .put("query", query)
        .put("state", "inactive")
        .put("health", "ok")
        .put("lastEvaluation", evaluatedAt.toString());
  }

  private static ObjectNode labels(
      ObjectNode rule, Objective objective, Map<String, String> pinned) {
    ObjectNode labels = rule.putObject("labels").put("slo", objective.ref().name());
    pinned.forEach(labels::put);
    return labels;
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
