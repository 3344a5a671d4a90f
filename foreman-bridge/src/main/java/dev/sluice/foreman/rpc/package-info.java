/** The breach service over gRPC: the server. */
@NullMarked
package dev.sluice.foreman.rpc;

import org.jspecify.annotations.NullMarked;
