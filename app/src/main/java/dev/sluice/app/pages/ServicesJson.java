package dev.sluice.app.pages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.explain.ObjectiveFacts;
import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.Finding;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** The page's services: those that need a person first. A pure function. */
final class ServicesJson {

  private static final Comparator<ServiceVerdict> URGENT_FIRST =
      Comparator.comparingInt((ServiceVerdict one) -> urgency(one.verdict().state()))
          .thenComparing(ServiceVerdict::service);

  private ServicesJson() {}

  static ArrayNode of(PageView view, int most) {
    ArrayNode services = JsonNodeFactory.instance.arrayNode();
    ObjectiveFacts facts = ObjectiveFacts.of(view.state());
    view.state().snapshot().services().stream()
        .sorted(URGENT_FIRST)
        .limit(most)
        .forEach(one -> services.add(service(one, override(view, one), facts, view.now())));
    return services;
  }

  private static int urgency(VerdictState state) {
    return switch (state) {
      case BREACHED -> 0;
      case UNKNOWN -> 1;
      case RECOVERING -> 2;
      case AT_RISK -> 3;
      case WITHIN_BUDGET -> 4;
    };
  }

  private static Optional<VerdictOverride> override(PageView view, ServiceVerdict service) {
    return Optional.ofNullable(
            PageJson.world(view.state()).overrides().byService().get(service.service()))
        .filter(override -> view.now().isBefore(override.until()));
  }

  private static ObjectNode service(
      ServiceVerdict service,
      Optional<VerdictOverride> override,
      ObjectiveFacts facts,
      Instant now) {
    ObjectNode node =
        verdict(service.verdict(), now)
            .put("namespace", service.service().namespace())
            .put("name", service.service().name())
            .put("mode", service.policy().mode().name());
    service.evidenceAt().ifPresent(at -> node.put("evidenceAt", at.toString()));
    override.ifPresent(it -> node.set("override", override(it)));
    facts.budgetLeft(service.service()).ifPresent(left -> node.put("budgetLeft", left));
    node.set("objectives", facts.json(service.service()));
    ArrayNode replicas = node.putArray("replicas");
    service
        .replicas()
        .forEach((name, verdict) -> replicas.add(verdict(verdict, now).put("name", name)));
    return node;
  }

  private static ObjectNode override(VerdictOverride override) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("until", override.until().toString())
        .put("reason", override.reason());
  }

  private static ObjectNode verdict(Verdict verdict, Instant now) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("state", verdict.state().word())
            .put("since", verdict.since().toString())
            .put("decision", verdict.decision().text())
            .put("words", verdict.words());
    if (verdict instanceof Verdict.Unknown unknown && now.isBefore(unknown.holdUntil())) {
      node.put("held", unknown.held().word()).put("holdUntil", unknown.holdUntil().toString());
    }
    ArrayNode burns = node.putArray("burns");
    verdict.findings().stream()
        .filter(finding -> finding.burnRate().isPresent())
        .forEach(finding -> burns.add(burn(finding)));
    return node;
  }

  private static ObjectNode burn(Finding finding) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("objective", finding.objective().toString())
        .put("rate", finding.burnRate().orElseThrow());
  }
}
