/** Routers, topology and shares compiled to what Envoy understands. */
@NullMarked
package dev.sluice.xds.resources;

import org.jspecify.annotations.NullMarked;
