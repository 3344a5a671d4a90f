/**
 * Why traffic is where it is, link by link; pure functions of what the process knows. The commands
 * {@code explain}, {@code top} and {@code proxies} read the JSON that is made here, the page that
 * of {@code pages}.
 */
@NullMarked
package dev.sluice.app.explain;

import org.jspecify.annotations.NullMarked;
