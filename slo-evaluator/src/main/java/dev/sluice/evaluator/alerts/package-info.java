/** Alerts: asks Prometheus what Pyrra's rules say. The edge of this module. */
@NullMarked
package dev.sluice.evaluator.alerts;

import org.jspecify.annotations.NullMarked;
