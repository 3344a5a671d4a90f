package dev.sluice.evaluator.render;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;

/**
 * A threshold that was asked for, and the bucket that is judged in its place: the same or, so that
 * nothing laxer than asked passes, the nearest below.
 *
 * @param histogram whose buckets there are
 * @param wanted in milliseconds; less is stricter
 * @param inWords milliseconds in the words of the target: {@code 500 ms}, {@code 40 tokens a
 *     second}
 */
record Threshold(Histogram histogram, BigDecimal wanted, Function<BigDecimal, String> inWords) {

  /** The bucket that is judged, in the histogram's unit; empty if even the finest is laxer. */
  Optional<BigDecimal> bound() {
    return histogram.boundAtMost(wanted);
  }

  /** What to say of it; nothing if it is a bucket. */
  Optional<RenderNote> note(String field) {
    Optional<BigDecimal> judged = bound().map(histogram::millis);
    if (judged.isEmpty()) {
      String finest = inWords.apply(histogram.millis(histogram.bounds().getFirst()));
      return Optional.of(
          new RenderNote.NotMeasurable(
              field,
              "%s is stricter than the finest bucket of %s (expected: %s or laxer)"
                  .formatted(inWords.apply(wanted), histogram.metric(), finest)));
    }
    return judged
        .filter(millis -> millis.compareTo(wanted) != 0)
        .map(millis -> new RenderNote.Rounded(field, rounded(inWords.apply(millis))));
  }

  private String rounded(String judged) {
    String laxer =
        histogram
            .boundAbove(wanted)
            .map(bound -> " or " + inWords.apply(histogram.millis(bound)))
            .orElse("");
    return "%s is no bucket of %s, so %s is judged (expected: a bucket, like %s%s)"
        .formatted(inWords.apply(wanted), histogram.metric(), judged, judged, laxer);
  }
}
