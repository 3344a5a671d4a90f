/** How fast the pure functions are that carry the product. */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
