/**
 * A cluster as the source of the world; what is said there of each service: the {@code SLOBreached}
 * condition, the status of an InferenceSLO, Events; and the Pyrra objectives that its targets want.
 */
@NullMarked
package dev.sluice.app.kube;

import org.jspecify.annotations.NullMarked;
