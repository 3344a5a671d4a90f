/** How soon the breach service answers, and how soon its watchers hear of a change. */
@NullMarked
package dev.sluice.benchmarks.breach;

import org.jspecify.annotations.NullMarked;
