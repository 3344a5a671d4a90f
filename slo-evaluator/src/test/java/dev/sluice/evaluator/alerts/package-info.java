@NullMarked
package dev.sluice.evaluator.alerts;

import org.jspecify.annotations.NullMarked;
