@NullMarked
package dev.sluice.app.kube;

import org.jspecify.annotations.NullMarked;
