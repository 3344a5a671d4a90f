package dev.sluice.app.explain;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The names that someone who mistyped one may have meant. */
final class CloseNames {

  private static final int MOST = 3;

  private CloseNames() {}

  /** At most three of {@code known}, the closest first; names are {@code NAMESPACE/NAME}. */
  static List<String> of(String wanted, Collection<String> known) {
    List<String> close =
        known.stream()
            .filter(name -> isClose(wanted, name))
            .sorted(
                Comparator.comparingInt((String name) -> distance(wanted, name))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    // Where one is all but it, those that are merely alike only distract.
    return close.stream()
        .filter(name -> distance(wanted, name) <= distance(wanted, close.getFirst()) + 1)
        .limit(MOST)
        .toList();
  }

  private static boolean isClose(String wanted, String known) {
    String wantedName = name(wanted);
    String knownName = name(known);
    return distance(wanted, known) <= Math.max(2, wanted.length() / 4)
        || knownName.contains(wantedName)
        || wantedName.contains(knownName);
  }

  private static String name(String text) {
    return text.substring(text.indexOf('/') + 1);
  }

  /** How many letters must be added, left out or changed. */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
