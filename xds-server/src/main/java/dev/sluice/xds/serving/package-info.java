/**
 * Serves fleets their Envoy resources over ADS, remembers what each node acknowledged, and holds
 * back what a node rejected. The edge to gRPC.
 */
@NullMarked
package dev.sluice.xds.serving;

import org.jspecify.annotations.NullMarked;
