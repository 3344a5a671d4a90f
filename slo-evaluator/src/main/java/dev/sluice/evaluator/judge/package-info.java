/** Evidence and the past in, verdicts out: pure functions of their arguments. */
@NullMarked
package dev.sluice.evaluator.judge;

import org.jspecify.annotations.NullMarked;
