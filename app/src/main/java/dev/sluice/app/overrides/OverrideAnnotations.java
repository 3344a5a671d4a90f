package dev.sluice.app.overrides;

import java.util.Set;

/** What an override is, on an InferenceService: {@code docs/concepts.md}. */
public final class OverrideAnnotations {

  /** The state that is put in the place of the verdict, one of {@link #STATES}. */
  public static final String STATE = "sluice.dev/override";

  /** When it ends, like {@code 2026-01-31T18:00:00Z}; needed. */
  public static final String UNTIL = "sluice.dev/override-until";

  /** Why, in a person's words. */
  public static final String REASON = "sluice.dev/override-reason";

  /** The states that a person may say. */
  public static final Set<String> STATES = Set.of("Breached", "WithinBudget");

  /** The longest reason, in characters: it is shown in tables, conditions and Events. */
  public static final int LONGEST_REASON = 200;

  private OverrideAnnotations() {}
}
