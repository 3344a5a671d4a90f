@NullMarked
package dev.sluice.evaluator.declare;

import org.jspecify.annotations.NullMarked;
