@NullMarked
package dev.sluice.foreman.dispatch;

import org.jspecify.annotations.NullMarked;
