package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.sluice.breach.v1.Decision;
import dev.sluice.breach.v1.DispatchDecision;
import dev.sluice.breach.v1.Finding;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.breach.v1.UnknownCause;
import dev.sluice.breach.v1.Verdict;
import dev.sluice.breach.v1.VerdictState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceTableTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static ServiceStatus.Builder status(String name, VerdictState state, long secondsAgo) {
    return ServiceStatus.newBuilder()
        .setInferenceService(ObjectReference.newBuilder().setNamespace("ml").setName(name))
        .setVerdict(
            Verdict.newBuilder()
                .setState(state)
                .setSince(Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() - secondsAgo)))
        .setDispatch(
            DispatchDecision.newBuilder().setDecision(Decision.DECISION_ADMIT).setAdmitFraction(1));
  }

  private static ServiceStatus breached() {
    ServiceStatus.Builder status = status("qwen", VerdictState.VERDICT_STATE_BREACHED, 125);
    status
        .getVerdictBuilder()
        .addFindings(
            Finding.newBuilder().setBurnRate(28.94).setMessage("qwen-ttft burns 28.9x over 1m"));
    status.getDispatchBuilder().setDecision(Decision.DECISION_DEFER).setAdmitFraction(0);
    return status.build();
  }

  @Test
  void theMostUrgentComesFirstAndColumnsLineUp() {
    ServiceStatus well = status("a", VerdictState.VERDICT_STATE_WITHIN_BUDGET, 90_000).build();
    ServiceStatus.Builder recovering = status("phi", VerdictState.VERDICT_STATE_RECOVERING, 7);
    recovering.getDispatchBuilder().setAdmitFraction(0.35);
    ServiceStatus.Builder unknown = status("new", VerdictState.VERDICT_STATE_UNKNOWN, 3700);
    unknown.getVerdictBuilder().setCause(UnknownCause.UNKNOWN_CAUSE_NO_OBJECTIVE);

    assertThat(ServiceTable.of(List.of(well, unknown.build(), breached(), recovering.build()), NOW))
        .isEqualTo(
            """
            SERVICE  STATE         FOR   BURN   DISPATCH   WHY
            ml/qwen  Breached      2m5s  28.9x  defer      qwen-ttft burns 28.9x over 1m
            ml/phi   Recovering    7s    -      admit 35%
            ml/new   Unknown       1h1m  -      admit      no objective
            ml/a     WithinBudget  1d1h  -      admit
            """);
  }

  @Test
  void aChangeIsOneLine() {
    assertThat(ServiceTable.line(breached(), NOW))
        .isEqualTo("ml/qwen  Breached  2m5s  28.9x  defer  qwen-ttft burns 28.9x over 1m");
  }

  @Test
  void noServicesAreAHeader() {
    assertThat(ServiceTable.of(List.of(), NOW))
        .isEqualTo("SERVICE  STATE  FOR  BURN  DISPATCH  WHY\n");
  }
}
