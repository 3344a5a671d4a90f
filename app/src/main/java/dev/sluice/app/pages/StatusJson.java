package dev.sluice.app.pages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.explain.ObjectiveFacts;
import dev.sluice.app.loop.LatenessCodec;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.manifests.Problem;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.Finding;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import java.util.List;
import java.util.OptionalDouble;

/** Everything that was decided, why, and how far it got, as JSON. A pure function. */
final class StatusJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private StatusJson() {}

  static ObjectNode of(
      LoopState state, List<FleetStatus> fleets, List<NodeStatus> waiting, ServedLoad served) {
    ObjectNode root = JSON.objectNode();
    root.put("role", state.role().word())
        .put("serving", state.isServing())
        .put("startedAt", state.startedAt().toString())
        .put("revision", state.snapshot().revision());
    state.observation().ifPresent(last -> root.set("prometheus", prometheus(last)));
    ArrayNode problems = root.putArray("problems");
    state.world().map(World::problems).orElse(List.of()).stream()
        .map(Problem::toString)
        .forEach(problems::add);
    ObjectNode services = root.putObject("services");
    ObjectiveFacts facts = ObjectiveFacts.of(state);
    state
        .snapshot()
        .services()
        .forEach(service -> services.set(service.service().toString(), service(service, facts)));
    ObjectNode routers = root.putObject("routers");
    state
        .shares()
        .forEach((ref, shares) -> routers.set(ref.toString(), router(shares, served.of(ref))));
    state
        .faults()
        .forEach((ref, words) -> routers.withObjectProperty(ref.toString()).put("fault", words));
    ObjectNode fleetNodes = root.putObject("fleets");
    fleets.forEach(fleet -> fleetNodes.set(fleet.fleet().toString(), fleet(fleet)));
    ArrayNode waitingNodes = root.putArray("waiting");
    waiting.forEach(node -> waitingNodes.add(node(node)));
    return root;
  }

  private static ObjectNode prometheus(Observation observation) {
    ObjectNode node = JSON.objectNode().put("askedAt", observation.at().toString());
    return switch (observation) {
      case Observation.Rules rules ->
          node.put("answered", true)
              .put("evidence", rules.evidence().values().stream().mapToInt(List::size).sum());
      case Observation.Failed failed -> node.put("answered", false).put("words", failed.words());
    };
  }

  private static ObjectNode service(ServiceVerdict service, ObjectiveFacts facts) {
    ObjectNode node = verdict(service.verdict());
    node.put("mode", service.policy().mode().name());
    service.evidenceAt().ifPresent(at -> node.put("evidenceAt", at.toString()));
    node.set("objectives", facts.json(service.service()));
    ObjectNode replicas = node.putObject("replicas");
    service.replicas().forEach((name, verdict) -> replicas.set(name, verdict(verdict)));
    return node;
  }

  private static ObjectNode verdict(Verdict verdict) {
    ObjectNode node =
        JSON.objectNode()
            .put("state", verdict.state().word())
            .put("since", verdict.since().toString())
            .put("decision", verdict.decision().text());
    if (verdict instanceof Verdict.Unknown unknown) {
      node.put("cause", unknown.cause().name())
          .put("held", unknown.held().word())
          .put("holdUntil", unknown.holdUntil().toString());
    }
    ArrayNode findings = node.putArray("findings");
    verdict.findings().forEach(finding -> findings.add(finding(finding)));
    return node;
  }

  private static ObjectNode finding(Finding finding) {
    ObjectNode node = JSON.objectNode().put("objective", finding.objective().toString());
    finding.tier().ifPresent(tier -> node.put("tier", tier.name()));
    finding.burnRate().ifPresent(rate -> node.put("burnRate", rate));
    return node.put("words", finding.words());
  }

  private static ObjectNode router(RouterShares shares, Requests served) {
    ObjectNode node = JSON.objectNode();
    ObjectNode rules = node.putObject("rules");
    shares.rules().forEach((name, rule) -> rules.set(name, rule(name, rule, served)));
    return node;
  }

  private static ObjectNode rule(String ruleName, RuleShares rule, Requests served) {
    ObjectNode node = JSON.objectNode();
    rule.changedAt().ifPresent(at -> node.put("changedAt", at.toString()));
    rule.lateness().ifPresent(late -> node.set("lateness", LatenessCodec.write(late)));
    ArrayNode notes = node.putArray("guards");
    rule.notes().forEach(notes::add);
    ObjectNode backends = node.putObject("backends");
    rule.backends()
        .forEach(
            (name, backend) ->
                backends.set(name, backend(backend, served.fraction(ruleName, name))));
    return node;
  }

  private static ObjectNode backend(BackendShare backend, OptionalDouble served) {
    ObjectNode node =
        JSON.objectNode()
            .put("wanted", backend.wanted().value())
            .put("share", backend.share().value())
            .put("weight", backend.weight());
    served.ifPresent(ratio -> node.put("servedRatio", ratio));
    ObjectNode replicas = node.putObject("replicas");
    backend.replicas().forEach((name, share) -> replicas.put(name, share.value()));
    return node;
  }

  private static ObjectNode fleet(FleetStatus fleet) {
    ObjectNode node = JSON.objectNode().put("wanted", fleet.wanted().text());
    fleet.served().ifPresent(version -> node.put("served", version.text()));
    fleet.acknowledged().ifPresent(version -> node.put("acknowledged", version.text()));
    fleet
        .rejection()
        .ifPresent(
            rejection ->
                node.putObject("rejection")
                    .put("version", rejection.version().text())
                    .put("type", rejection.type().label())
                    .put("node", rejection.node())
                    .put("at", rejection.at().toString())
                    .put("envoyWords", rejection.envoyWords()));
    ArrayNode nodes = node.putArray("nodes");
    fleet.nodes().forEach(one -> nodes.add(node(one)));
    return node;
  }

  private static ObjectNode node(NodeStatus status) {
    ObjectNode node =
        JSON.objectNode()
            .put("id", status.nodeId())
            .put("fleet", status.cluster())
            .put("connectedSince", status.connectedSince().toString())
            .put("converged", status.converged());
    ObjectNode types = node.putObject("types");
    status
        .types()
        .forEach(
            (type, progress) -> {
              ObjectNode typeNode = types.putObject(type.label());
              progress.sentVersion().ifPresent(version -> typeNode.put("sent", version.text()));
              progress.ackedVersion().ifPresent(version -> typeNode.put("acked", version.text()));
              progress.ackedAt().ifPresent(at -> typeNode.put("ackedAt", at.toString()));
              progress.nackWords().ifPresent(words -> typeNode.put("nack", words));
            });
    return node;
  }
}
