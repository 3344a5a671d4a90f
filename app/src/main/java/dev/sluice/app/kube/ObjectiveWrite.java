package dev.sluice.app.kube;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One write that makes the cluster's objectives, or what is said of them, what is declared. */
sealed interface ObjectiveWrite {

  /** The object that is written. */
  ObjectKey key();

  /** What it does, for metrics and logs. */
  Action action();

  /** The kinds of writes. */
  enum Action {
    APPLY("apply"),
    DELETE("delete"),
    CONDITION("condition");

    private final String label;

    Action(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /**
   * Makes an object say what a target wants.
   *
   * @param uid of the object of ours that is there, the only one that may be overwritten; empty if
   *     there is none: then one that turns up meanwhile isn't
   */
  record Apply(ObjectKey key, Optional<String> uid, Map<String, Object> body)
      implements ObjectiveWrite {
    public Apply {
      body = Map.copyOf(body);
    }

    @Override
    public Action action() {
      return Action.APPLY;
    }
  }

  /**
   * Deletes an object that no target wants.
   *
   * @param uid of the only one that may be deleted
   */
  record Delete(ObjectKey key, String uid) implements ObjectiveWrite {
    @Override
    public Action action() {
      return Action.DELETE;
    }
  }

  /** Makes an InferenceSLO's status say this of its targets. */
  record Say(ObjectKey key, SortedMap<String, String> texts) implements ObjectiveWrite {
    public Say {
      texts = Collections.unmodifiableSortedMap(new TreeMap<>(texts));
    }

    @Override
    public Action action() {
      return Action.CONDITION;
    }
  }
}
