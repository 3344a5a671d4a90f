package dev.sluice.foreman.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import dev.sluice.model.SloPolicy.Mode;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the Go client must decide, word for word: a file that {@code go test} reads. A line says how
 * a service stands, the lines below it what chance may make of it at one time for one priority.
 */
final class GoDecisionsTest {

  private static final Path KEPT = Path.of("go", "gate", "testdata", "decisions.tsv");
  private static final Path MADE = Path.of("target", "decisions.tsv");
  // Enough for a fraction of 5% to let one pass.
  private static final long SEEDS = 200;

  @Test
  void theGoClientIsTestedWithWhatTheDispatcherDecidesNow() throws IOException {
    Stream<ServiceVerdict> byState =
        verdicts()
            .flatMap(verdict -> policies().map(policy -> Sample.of(Sample.QWEN, verdict, policy)));
    Stream<ServiceVerdict> byCause =
        Arrays.stream(UnknownCause.values())
            .map(GoDecisionsTest::unknown)
            .map(verdict -> Sample.of(Sample.QWEN, verdict));
    String decided =
        Stream.concat(byState, byCause).map(GoDecisionsTest::lines).collect(Collectors.joining());
    Files.writeString(MADE, decided);

    assertThat(Files.mismatch(KEPT, MADE))
        .as(
            "the first byte that differs; if it is meant: cp foreman-bridge/%s foreman-bridge/%s",
            MADE, KEPT)
        .isEqualTo(-1);
  }

  private static Stream<Verdict> verdicts() {
    Stream<Verdict> known =
        Stream.of(
            Sample.withinBudget(),
            Sample.atRisk(3),
            Sample.atRisk(0.9),
            Sample.breached(),
            Sample.recovering());
    Stream<Verdict> held =
        Arrays.stream(VerdictState.values())
            .filter(state -> state != VerdictState.UNKNOWN)
            .map(Sample::unknown);
    return Stream.of(known, held, Stream.of(calmedDown(), heldAndBurning())).flatMap(one -> one);
  }

  // No objective says more than the cause does.
  private static Verdict unknown(UnknownCause cause) {
    return new Verdict.Unknown(
        Sample.SINCE,
        new DecisionId("k3f9-0a1b2c3d"),
        List.of(),
        cause,
        VerdictState.WITHIN_BUDGET,
        Sample.SINCE.plus(Sample.HOLD));
  }

  // The most urgent finding that has a burn rate is the one that counts.
  private static Verdict calmedDown() {
    return new Verdict.AtRisk(
        Sample.SINCE,
        new DecisionId("k3f9-0a1b2c3d"),
        List.of(
            finding("chat-errors", OptionalDouble.empty()),
            finding("chat-ttft", OptionalDouble.of(0)),
            finding("chat-uptime", OptionalDouble.of(7))));
  }

  private static Verdict heldAndBurning() {
    return new Verdict.Unknown(
        Sample.SINCE.plusMillis(999),
        new DecisionId("k3f9-0a1b2c3d"),
        List.of(
            finding("chat-errors", OptionalDouble.empty()),
            finding("chat-ttft", OptionalDouble.of(7))),
        UnknownCause.RULE_STALE,
        VerdictState.AT_RISK,
        Sample.SINCE.plus(Sample.HOLD).plusMillis(999));
  }

  private static Finding finding(String objective, OptionalDouble burnRate) {
    return new Finding(
        new ObjectiveRef("monitoring", objective),
        Optional.empty(),
        burnRate,
        objective + " wasn't evaluated for \"90 s\"");
  }

  private static Stream<SloPolicy> policies() {
    return Stream.of(
        SloPolicy.DEFAULT,
        Sample.policy(new Dispatch(Answer.DEFER, 5, Answer.DEFER, OptionalInt.empty())),
        Sample.policy(
            new Dispatch(Answer.ADMIT, Integer.MAX_VALUE, Answer.DEFER, OptionalInt.empty())),
        Sample.policy(Mode.OBSERVE, Dispatch.DEFAULT));
  }

  private static String lines(ServiceVerdict service) {
    DispatchDecision ofTheMessage = Dispatcher.decide(Standing.of(service), 0, Sample.SINCE, 1);
    ServiceStatus status =
        BreachCodec.encode(service, ofTheMessage).toBuilder()
            .clearReplicas()
            .clearDispatch()
            .clearEvidenceTime()
            .build();
    String asked =
        Stream.of(Duration.ZERO, Duration.ofSeconds(150), Sample.HOLD, Duration.ofMinutes(6))
            .map(Sample.SINCE::plus)
            .flatMap(
                now ->
                    IntStream.of(-1, 0, 5)
                        .boxed()
                        .flatMap(priority -> outcomes(service, priority, now)))
            .collect(Collectors.joining());
    return "status\t%s\n%s"
        .formatted(TextFormat.printer().emittingSingleLine(true).printToString(status), asked);
  }

  private static Stream<String> outcomes(ServiceVerdict service, int priority, Instant now) {
    return LongStream.range(0, SEEDS)
        .mapToObj(seed -> Dispatcher.decide(Standing.of(service), priority, now, seed))
        .map(
            decision ->
                "%d\t%s\t%s\t%s\t%s\t%s\n"
                    .formatted(
                        priority,
                        now,
                        decision instanceof DispatchDecision.Admit ? "admit" : "defer",
                        decision.grounds().reason(),
                        decision.grounds().admitFraction(),
                        decision.grounds().message()))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream();
  }
}
