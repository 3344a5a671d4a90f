/**
 * The event loop: one pure step over immutable state, one thread that owns the state, and the
 * effects it performs.
 */
@NullMarked
package dev.sluice.app.loop;

import org.jspecify.annotations.NullMarked;
