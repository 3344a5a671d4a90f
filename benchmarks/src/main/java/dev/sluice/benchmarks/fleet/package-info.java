/** How Sluice fares with a fleet of ten thousand services, stage by stage. */
@NullMarked
package dev.sluice.benchmarks.fleet;

import org.jspecify.annotations.NullMarked;
