/** ModelRouters and shares as Envoy resources. Pure: no clock, no network. */
@NullMarked
package dev.sluice.xds.resources;

import org.jspecify.annotations.NullMarked;
