package dev.sluice.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for something to become true by polling with a deadline.
 *
 * <p>A condition that throws a {@link RuntimeException} or an {@link AssertionError} counts as "not
 * yet"; the last one is the cause of the {@link IllegalStateException} thrown at the deadline. An
 * interrupt ends the wait with {@link IllegalStateException} too.
 */
public final class Await {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Await() {}

  /**
   * Returns once {@code condition} is true; {@code what} completes the sentence "not within 5s:
   * ...".
   */
  public static void until(Duration atMost, String what, BooleanSupplier condition) {
    value(
        atMost,
        what,
        () -> condition.getAsBoolean() ? Optional.of(Boolean.TRUE) : Optional.<Boolean>empty());
  }

  /**
   * Returns once {@code assertion} stops throwing; the message at the deadline is the assertion's.
   */
  public static void untilAsserted(Duration atMost, String what, Runnable assertion) {
    until(
        atMost,
        what,
        () -> {
          assertion.run();
          return true;
        });
  }

  /** Returns the first value that {@code source} has. */
  public static <T> T value(Duration atMost, String what, Supplier<Optional<T>> source) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Attempt<T> attempt = Attempt.of(source);
      if (attempt.value().isPresent()) {
        return attempt.value().get();
      }
      if (System.nanoTime() >= deadline) {
        throw new IllegalStateException(
            "not within %s: %s (last: %s)".formatted(atMost, what, attempt.state()),
            attempt.failure().orElse(null));
      }
      pause(what);
    }
  }

  private static void pause(String what) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for: " + what, e);
    }
  }

  private record Attempt<T>(Optional<T> value, Optional<Throwable> failure) {

    static <T> Attempt<T> of(Supplier<Optional<T>> source) {
      try {
        return new Attempt<>(source.get(), Optional.empty());
      } catch (RuntimeException | AssertionError e) {
        return new Attempt<>(Optional.empty(), Optional.of(e));
      }
    }

    String state() {
      return failure.map(Throwable::toString).orElse("not yet");
    }
  }
}
