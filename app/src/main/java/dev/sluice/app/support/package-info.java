/** What is said of this process to whoever helps, without its secrets. */
@NullMarked
package dev.sluice.app.support;

import org.jspecify.annotations.NullMarked;
