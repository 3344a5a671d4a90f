/** What happens in a demo, in which order, and who watches it. */
@NullMarked
package dev.sluice.demo.story;

import org.jspecify.annotations.NullMarked;
