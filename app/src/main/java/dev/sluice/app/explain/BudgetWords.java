package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.BudgetLeft;
import java.util.Locale;

/** What is left of an error budget, for people and for programs. */
final class BudgetWords {

  private BudgetWords() {}

  /** {@code budget left 63%}, {@code budget overspent by 40%}. */
  static String of(BudgetLeft left) {
    return switch (left) {
      case BudgetLeft.Known known when known.ratio() < 0 ->
          "budget overspent by " + percent(-known.ratio());
      case BudgetLeft.Known known -> "budget left " + percent(known.ratio());
      case BudgetLeft.NotKnown notKnown -> "budget left not known (" + notKnown.words() + ")";
    };
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, ratio < 0.0995 ? "%.1f%%" : "%.0f%%", ratio * 100);
  }

  static void put(BudgetLeft left, ObjectNode node) {
    ObjectNode _ = node.put("budgetAt", left.at().toString());
    switch (left) {
      case BudgetLeft.Known known -> node.put("budgetLeft", known.ratio());
      case BudgetLeft.NotKnown notKnown -> node.put("budgetUnknown", notKnown.words());
    }
  }
}
