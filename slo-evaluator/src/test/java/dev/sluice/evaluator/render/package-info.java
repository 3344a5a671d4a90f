@NullMarked
package dev.sluice.evaluator.render;

import org.jspecify.annotations.NullMarked;
