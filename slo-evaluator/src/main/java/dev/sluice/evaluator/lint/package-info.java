/** Lint: what can't work or isn't what it seems, found before an outage finds it. Pure. */
@NullMarked
package dev.sluice.evaluator.lint;

import org.jspecify.annotations.NullMarked;
