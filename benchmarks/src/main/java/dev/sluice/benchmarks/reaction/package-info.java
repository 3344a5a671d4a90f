/** How long from a rule that fires to a condition that says so, and to traffic that has moved. */
@NullMarked
package dev.sluice.benchmarks.reaction;

import org.jspecify.annotations.NullMarked;
