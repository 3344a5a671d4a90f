/** A real Kubernetes API server, without nodes or controllers. */
@NullMarked
package dev.sluice.lab.kube;

import org.jspecify.annotations.NullMarked;
