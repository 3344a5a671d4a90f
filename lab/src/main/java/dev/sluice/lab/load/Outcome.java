package dev.sluice.lab.load;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of one request.
 *
 * @param scheduledAt when it was due; being late is ours to account for, see {@code total}
 * @param servedBy the answer's {@code x-served-by}, else {@code -}
 * @param status the HTTP status, 0 if there was none
 * @param ttft from sending it to the first byte of the body; empty if there was no body or the
 *     status is an error
 * @param total from {@code scheduledAt} to the end of the answer, so that a stalled generator can't
 *     hide slow answers
 * @param failure why it failed; empty if it didn't
 */
public record Outcome(
    Instant scheduledAt,
    String servedBy,
    int status,
    Optional<Duration> ttft,
    Duration total,
    Optional<String> failure) {

  public boolean failed() {
    return failure.isPresent();
  }
}
