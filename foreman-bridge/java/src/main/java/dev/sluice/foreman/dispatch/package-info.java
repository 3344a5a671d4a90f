/** Whether work may be dispatched: pure functions of a verdict, a priority, the time and a seed. */
@NullMarked
package dev.sluice.foreman.dispatch;

import org.jspecify.annotations.NullMarked;
