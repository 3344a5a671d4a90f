package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Prometheus what Pyrra's rules recorded of each objective over its whole window, with one
 * query for every 500 objectives, and makes of it what is left of the budget.
 *
 * <p><em>Thread:</em> one. <em>On failure:</em> never throws: what can't be had is {@link
 * BudgetLeft.NotKnown}. <em>On shutdown:</em> close the client.
 */
final class BudgetReader {

  private static final Logger log = LoggerFactory.getLogger(BudgetReader.class);
  private static final int OBJECTIVES_PER_QUERY = 500;

  private final PrometheusClient client;
  private boolean refused;

  BudgetReader(PrometheusClient client) {
    this.client = client;
  }

  /** Asks; every objective has an answer. */
  Map<ObjectiveRef, BudgetLeft> read(List<Objective> objectives, Instant now) {
    Map<ObjectiveRef, BudgetLeft> answers = new HashMap<>();
    List<BudgetSeries> askable = new ArrayList<>();
    for (Objective objective : objectives) {
      try {
        askable.add(BudgetSeries.of(objective));
      } catch (IllegalArgumentException unreadable) {
        answers.put(
            objective.ref(), new BudgetLeft.NotKnown(now, String.valueOf(unreadable.getMessage())));
      }
    }
    for (int from = 0; from < askable.size(); from += OBJECTIVES_PER_QUERY) {
      int to = Math.min(from + OBJECTIVES_PER_QUERY, askable.size());
      answers.putAll(ask(askable.subList(from, to), now));
    }
    return answers;
  }

  private Map<ObjectiveRef, BudgetLeft> ask(List<BudgetSeries> asked, Instant now) {
    return switch (client.query(query(asked))) {
      case PrometheusAnswer.Data<JsonNode>(JsonNode content, _) -> {
        if (refused) {
          log.info("budgets can be read again");
        }
        refused = false;
        yield left(asked, content, now);
      }
      case PrometheusAnswer.Refused(String words) -> {
        if (!refused) {
          log.warn("budgets can't be read reason=\"{}\"", words);
        }
        refused = true;
        yield asked.stream()
            .collect(
                Collectors.toMap(
                    series -> series.objective().ref(), _ -> new BudgetLeft.NotKnown(now, words)));
      }
    };
  }

  static String query(List<BudgetSeries> asked) {
    return "{__name__=~\"%s\",slo=~\"%s\"}"
        .formatted(
            alternatives(asked.stream().flatMap(BudgetSeries::names)),
            alternatives(asked.stream().map(series -> series.objective().ref().name())));
  }

  // Literals only: Prometheus looks each of them up, where a pattern makes it try every name.
  private static String alternatives(Stream<String> literals) {
    return literals
        .distinct()
        .sorted()
        .map(literal -> literal.replaceAll("[^\\w:-]", "\\\\\\\\$0"))
        .collect(Collectors.joining("|"));
  }

  private static Map<ObjectiveRef, BudgetLeft> left(
      List<BudgetSeries> asked, JsonNode data, Instant now) {
    Map<String, List<Owner>> byName = new HashMap<>();
    asked.forEach(
        series ->
            byName
                .computeIfAbsent(series.objective().ref().name(), _ -> new ArrayList<>())
                .add(Owner.of(series)));
    data.path("result").forEach(one -> add(byName, one));
    return byName.values().stream()
        .flatMap(List::stream)
        .collect(
            Collectors.toMap(
                owner -> owner.series().objective().ref(), owner -> owner.sums().left(now)));
  }

  private static void add(Map<String, List<Owner>> byName, JsonNode series) {
    Map<String, String> labels = Measurements.labels(series.path("metric"));
    String name = labels.getOrDefault("__name__", "");
    List<Owner> owners =
        byName.getOrDefault(labels.getOrDefault("slo", ""), List.of()).stream()
            .filter(owner -> owner.owns(name, labels))
            .toList();
    if (owners.size() > 1) {
      owners.forEach(owner -> owner.sums().doubt());
    } else {
      PrometheusNumber.finite(series.path("value").path(1).asText())
          .ifPresent(value -> owners.forEach(owner -> owner.sums().add(name, labels, value)));
    }
  }

  private record Owner(BudgetSeries series, RuleBook.Claim claim, BudgetSums sums) {

    static Owner of(BudgetSeries series) {
      return new Owner(series, RuleBook.Claim.of(series.objective()), new BudgetSums(series));
    }

    boolean owns(String name, Map<String, String> labels) {
      return series.names().anyMatch(name::equals) && claim.accepts(labels);
    }
  }
}
