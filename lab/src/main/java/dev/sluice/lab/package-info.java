/**
 * Real Envoy and Prometheus as child processes, and the small tools that tests and the demo need
 * around them.
 */
@NullMarked
package dev.sluice.lab;

import org.jspecify.annotations.NullMarked;
