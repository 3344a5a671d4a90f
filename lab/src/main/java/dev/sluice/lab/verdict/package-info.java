/** Verdicts to try things with. */
@NullMarked
package dev.sluice.lab.verdict;

import org.jspecify.annotations.NullMarked;
