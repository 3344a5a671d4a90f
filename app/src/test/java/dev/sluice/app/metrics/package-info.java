@NullMarked
package dev.sluice.app.metrics;

import org.jspecify.annotations.NullMarked;
