/** Render: the targets of an InferenceSLO become Pyrra objectives. Pure. */
@NullMarked
package dev.sluice.evaluator.render;

import org.jspecify.annotations.NullMarked;
