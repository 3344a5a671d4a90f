package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.Evidence;
import dev.sluice.model.Objective;
import dev.sluice.model.RouterRef;
import dev.sluice.model.RuleLatency;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Prometheus what Pyrra's rules say of every objective. One call lists the rules; a second one
 * reads burn rates and samples (one for every 50 objectives), but only of objectives with an active
 * alert or an attentive service, so that a quiet fleet costs one call per poll. Nor is it asked of
 * an objective whose fast alert fires and says its burn rate itself: samples prove nothing then,
 * and a breach is seen one call sooner.
 *
 * <p>If a rule has a target for its primary's latency, one more call reads those of all rules.
 *
 * <p>An objective grouped by {@code pod} or {@code instance} gives evidence of each replica, and a
 * piece for the service as a whole without alerts of its own.
 *
 * <p><em>Thread:</em> any, blocking. <em>On failure:</em> never throws: rules that can't be had are
 * {@link Observation.Failed}; burn rates that can't be had are left empty. <em>On shutdown:</em>
 * close the client.
 */
public final class EvidenceReader {

  private static final Logger log = LoggerFactory.getLogger(EvidenceReader.class);

  // Prometheus takes 60 ms for 100 objectives in one query, but a second for 500.
  private static final int OBJECTIVES_PER_QUERY = 50;

  private final PrometheusClient client;
  private final AtomicBoolean queriesRefused = new AtomicBoolean();
  private final AtomicBoolean latenciesRefused = new AtomicBoolean();

  /** Reads through {@code client}, which stays the caller's to close. */
  public EvidenceReader(PrometheusClient client) {
    this.client = client;
  }

  /** Asks; {@code now} becomes the time of the observation. */
  public Observation observe(Question question, Instant now) {
    return switch (client.alertingRules()) {
      case PrometheusAnswer.Refused(String words) -> new Observation.Failed(now, words);
      case PrometheusAnswer.Data<List<AlertRule>> data ->
          Observation.Rules.of(now, new Poll(question, now).evidence(data))
              .with(question.asksForLatencies() ? latencies() : Optional.empty());
    };
  }

  private Optional<Map<RouterRef, List<RuleLatency>>> latencies() {
    return switch (client.query(LatencyQuery.TEXT)) {
      case PrometheusAnswer.Data<JsonNode>(JsonNode content, _) -> {
        if (latenciesRefused.getAndSet(false)) {
          log.info("latencies of rules can be read again");
        }
        yield Optional.of(LatencyQuery.read(content));
      }
      case PrometheusAnswer.Refused(String words) -> {
        if (!latenciesRefused.getAndSet(true)) {
          log.warn("latencies of rules can't be read reason=\"{}\"", words);
        }
        yield Optional.empty();
      }
    };
  }

  /** Breaks off the calls under way; what they were for is then refused. */
  void cancel() {
    client.cancel();
  }

  private Measurements measure(List<RuleReading.Usable> asked) {
    List<JsonNode> answers = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += OBJECTIVES_PER_QUERY) {
      int to = Math.min(from + OBJECTIVES_PER_QUERY, asked.size());
      switch (client.query(MeasurementQuery.of(asked.subList(from, to)))) {
        case PrometheusAnswer.Data<JsonNode>(JsonNode content, _) -> answers.add(content);
        case PrometheusAnswer.Refused(String words) -> {
          if (!queriesRefused.getAndSet(true)) {
            log.warn("burn rates can't be read reason=\"{}\"", words);
          }
          return Measurements.NONE;
        }
      }
    }
    if (!asked.isEmpty() && queriesRefused.getAndSet(false)) {
      log.info("burn rates can be read again");
    }
    return Measurements.of(asked.stream().map(RuleReading.Usable::objective).toList(), answers);
  }

  /** One observation being made. */
  private final class Poll {

    private final Question question;
    private final Instant now;

    Poll(Question question, Instant now) {
      this.question = question;
      this.now = now;
    }

    List<Evidence> evidence(PrometheusAnswer.Data<List<AlertRule>> rules) {
      List<Objective> objectives = question.objectives();
      RuleBook book = RuleBook.of(objectives, rules.content());
      // Both times by one clock: ours may differ from Prometheus's by more than three intervals.
      RuleReader reader = new RuleReader(book, rules.serverTime().orElse(now));
      List<RuleReading> readings = objectives.stream().map(reader::read).toList();
      Measurements measurements =
          measure(readings.stream().flatMap(this::needingMeasurement).toList());
      return readings.stream().flatMap(reading -> evidence(reading, measurements)).toList();
    }

    private Stream<RuleReading.Usable> needingMeasurement(RuleReading reading) {
      return reading instanceof RuleReading.Usable usable
              && usable.firingBurnRate().isEmpty()
              && (usable.isActive() || question.attentive().contains(usable.objective().service()))
          ? Stream.of(usable)
          : Stream.empty();
    }

    private Stream<Evidence> evidence(RuleReading reading, Measurements measurements) {
      Objective objective = reading.objective();
      return switch (reading) {
        case RuleReading.Unusable unusable ->
            Stream.of(
                new Evidence.Unusable(
                    objective.ref(),
                    new Subject.Whole(objective.service()),
                    unusable.cause(),
                    unusable.words()));
        case RuleReading.Usable usable -> {
          SortedSet<Subject> subjects = new TreeSet<>(usable.alerts().keySet());
          subjects.addAll(measurements.subjects(objective));
          subjects.add(new Subject.Whole(objective.service()));
          yield subjects.stream().map(subject -> evidence(usable, subject, measurements));
        }
      };
    }

    private Evidence evidence(
        RuleReading.Usable usable, Subject subject, Measurements measurements) {
      Objective objective = usable.objective();
      boolean isJudgedByReplicas =
          subject instanceof Subject.Whole && Replicas.label(objective).isPresent();
      if (isJudgedByReplicas && usable.isActive() && !measurements.isKnown(objective)) {
        // Only replicas with an active alert are known, and they may not be all there are.
        return new Evidence.Unusable(
            objective.ref(),
            subject,
            UnknownCause.SOURCE_UNREACHABLE,
            "the replicas of ServiceLevelObjective "
                + objective.ref()
                + " aren't known: Prometheus refused the query for their burn rates");
      }
      OptionalDouble said = usable.firingBurnRate();
      return new Evidence.Measured(
          objective.ref(),
          subject,
          usable.states(subject),
          usable.activeSince(subject),
          said.isPresent() ? said : measurements.burnRate(objective, subject),
          measurements.samples(objective, subject));
    }
  }
}
