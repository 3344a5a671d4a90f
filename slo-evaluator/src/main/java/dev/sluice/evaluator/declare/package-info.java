/** Declare: which Pyrra objectives speak for which InferenceService. Pure. */
@NullMarked
package dev.sluice.evaluator.declare;

import org.jspecify.annotations.NullMarked;
