@NullMarked
package dev.sluice.evaluator.lint;

import org.jspecify.annotations.NullMarked;
