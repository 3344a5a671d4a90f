/**
 * The breach service over gRPC: the server, and the one place that knows both proto and records.
 */
@NullMarked
package dev.sluice.foreman.rpc;

import org.jspecify.annotations.NullMarked;
