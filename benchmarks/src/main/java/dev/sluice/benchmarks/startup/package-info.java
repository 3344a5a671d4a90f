/** How soon a Sluice that starts answers an Envoy. */
@NullMarked
package dev.sluice.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
