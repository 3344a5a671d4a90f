/** The server of ours in the comparison with go-control-plane; the rest of it is in Go. */
@NullMarked
package dev.sluice.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
