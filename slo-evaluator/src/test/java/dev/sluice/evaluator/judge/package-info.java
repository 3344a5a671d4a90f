@NullMarked
package dev.sluice.evaluator.judge;

import org.jspecify.annotations.NullMarked;
