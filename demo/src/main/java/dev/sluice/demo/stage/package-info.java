/** The parts of a demo as processes and servers: fake backends, Prometheus, Sluice, Envoy. */
@NullMarked
package dev.sluice.demo.stage;

import org.jspecify.annotations.NullMarked;
