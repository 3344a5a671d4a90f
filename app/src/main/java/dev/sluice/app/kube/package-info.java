/**
 * A cluster as the source of the world, and what is said there of each service: the {@code
 * SLOBreached} condition, the status of an InferenceSLO, Events.
 */
@NullMarked
package dev.sluice.app.kube;

import org.jspecify.annotations.NullMarked;
