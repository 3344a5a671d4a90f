/** What compiled resources do in a real Envoy. */
@NullMarked
package dev.sluice.xds.envoy;

import org.jspecify.annotations.NullMarked;
