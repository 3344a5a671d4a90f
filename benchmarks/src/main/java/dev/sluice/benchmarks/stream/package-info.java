/**
 * How much later the first chunk of a stream arrives through Envoy than from the backend itself.
 */
@NullMarked
package dev.sluice.benchmarks.stream;

import org.jspecify.annotations.NullMarked;
