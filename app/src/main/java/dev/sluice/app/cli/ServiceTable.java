package dev.sluice.app.cli;

import com.google.protobuf.Timestamp;
import dev.sluice.breach.v1.Decision;
import dev.sluice.breach.v1.DispatchDecision;
import dev.sluice.breach.v1.Finding;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.breach.v1.Verdict;
import dev.sluice.breach.v1.VerdictState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What the breach service knows, as a table for people: the most urgent first. */
final class ServiceTable {

  private static final List<String> HEADER =
      List.of("SERVICE", "STATE", "FOR", "BURN", "DISPATCH", "WHY");
  private static final int MOST_WORDS = 100;

  private ServiceTable() {}

  /** The table, a header and a line for each service. */
  static String of(Collection<ServiceStatus> services, Instant now) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADER);
    services.stream()
        .sorted(
            Comparator.comparingInt(ServiceTable::urgency)
                .thenComparing(status -> name(status.getInferenceService())))
        .map(status -> row(status, now))
        .forEach(rows::add);
    return TextTable.of(rows);
  }

  /** The same of one service that has changed, as one line. */
  static String line(ServiceStatus status, Instant now) {
    return String.join("  ", row(status, now)).stripTrailing();
  }

  private static int urgency(ServiceStatus status) {
    return switch (status.getVerdict().getState()) {
      case VERDICT_STATE_BREACHED -> 0;
      case VERDICT_STATE_RECOVERING -> 1;
      case VERDICT_STATE_AT_RISK -> 2;
      case VERDICT_STATE_UNKNOWN -> 3;
      case VERDICT_STATE_WITHIN_BUDGET -> 4;
      case VERDICT_STATE_UNSPECIFIED, UNRECOGNIZED -> 5;
    };
  }

  private static List<String> row(ServiceStatus status, Instant now) {
    Verdict verdict = status.getVerdict();
    return List.of(
        name(status.getInferenceService()),
        word(verdict.getState()),
        age(verdict.getSince(), now),
        burn(verdict),
        dispatch(status.getDispatch()),
        why(verdict));
  }

  private static String name(ObjectReference service) {
    return service.getNamespace() + "/" + service.getName();
  }

  // VERDICT_STATE_AT_RISK -> AtRisk, as everywhere else.
  private static String word(VerdictState state) {
    StringBuilder word = new StringBuilder();
    for (String part : state.name().replaceFirst("^VERDICT_STATE_", "").split("_", -1)) {
      word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return word.toString();
  }

  private static String age(Timestamp since, Instant now) {
    return Ages.of(Instant.ofEpochSecond(since.getSeconds()), now);
  }

  private static String burn(Verdict verdict) {
    return verdict.getFindingsList().stream()
        .filter(Finding::hasBurnRate)
        .findFirst()
        .map(finding -> String.format(Locale.ROOT, "%.1fx", finding.getBurnRate()))
        .orElse("-");
  }

  private static String dispatch(DispatchDecision decision) {
    String word = decision.getDecision() == Decision.DECISION_DEFER ? "defer" : "admit";
    double fraction = decision.getAdmitFraction();
    return fraction > 0 && fraction < 1 ? word + " " + Math.round(fraction * 100) + "%" : word;
  }

  private static String why(Verdict verdict) {
    String words =
        verdict.getFindingsList().stream()
            .findFirst()
            .map(Finding::getMessage)
            .orElseGet(
                () ->
                    verdict.getState() == VerdictState.VERDICT_STATE_UNKNOWN
                        ? verdict
                            .getCause()
                            .name()
                            .replaceFirst("^UNKNOWN_CAUSE_", "")
                            .replace('_', ' ')
                            .toLowerCase(Locale.ROOT)
                        : "");
    return words.length() <= MOST_WORDS ? words : words.substring(0, MOST_WORDS - 3) + "...";
  }
}
