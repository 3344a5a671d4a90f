/** {@code ./sluice demo}: the main job on real parts. */
@NullMarked
package dev.sluice.demo;

import org.jspecify.annotations.NullMarked;
