package dev.sluice.app.cli;

import java.util.List;

/** Starts what {@code sluice run} runs. */
@FunctionalInterface
public interface Runner {

  /**
   * Starts everything.
   *
   * @throws StartFailure if something can't be; nothing is left running then
   */
  Running start(RunSettings settings) throws StartFailure;

  /** What was started. */
  interface Running extends AutoCloseable {

    /** What is served where, line by line. */
    List<String> describe();

    /** Stops everything in order; returns when it has stopped. */
    @Override
    void close();
  }

  /** Why it can't start: one sentence with the option, the value and the way out. */
  final class StartFailure extends Exception {
    private final String words;

    /** A failure in these words. */
    public StartFailure(String words, Throwable cause) {
      super(words, cause);
      this.words = words;
    }

    String words() {
      return words;
    }
  }
}
