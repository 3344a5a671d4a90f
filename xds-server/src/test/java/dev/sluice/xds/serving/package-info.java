/** Fake nodes over a real gRPC server, and a real Envoy. */
@NullMarked
package dev.sluice.xds.serving;

import org.jspecify.annotations.NullMarked;
